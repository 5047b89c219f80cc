//! A link to a FHIR server that takes what the road has for the record.

use std::{sync::Arc, time::Duration};

use bedside_clinical::fhir::{
    read::plan::{Filing, Writing, writing},
    social::Writer,
};
use bedside_core::{
    channel::Promise,
    filing::{Brought, Document, File, FilingAct, FilingFault},
    id::EmrLinkId,
};
use tokio::time::timeout;

use super::{
    Client, Server, Trouble, compose,
    person::{self, Person, Systems},
    write,
};

/// Longer than this nothing is tried in one go: shorter than the road leaves a document to one process.
const PATIENCE: Duration = Duration::from_secs(100);

/// How a link to a FHIR server is set up.
#[derive(Clone)]
pub struct LinkConfig {
    /// The link's id in the store.
    pub id: EmrLinkId,
    /// Where this installation can be reached; all ids that it writes follow from it.
    pub base: String,
    /// What FHIR calls the identifiers of the patient index.
    pub systems: Systems,
    /// Whether what was filed is marked as entered in error when the consent to it is taken back.
    pub cancels: bool,
    /// The link over HL7 v2 that takes documents where the server takes none.
    pub hl7: Option<Arc<dyn File>>,
}

/// A link to a FHIR server.
pub struct Link {
    config: LinkConfig,
    client: Arc<Client>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("id", &self.config.id).finish_non_exhaustive()
    }
}

impl Link {
    /// A link; it connects when there is something to write.
    #[must_use]
    pub const fn new(config: LinkConfig, client: Arc<Client>) -> Self {
        Self { config, client }
    }

    async fn bring(&self, document: &Document, act: FilingAct) -> Result<Brought, Trouble> {
        let server = self.client.server().await?;
        match act {
            FilingAct::File | FilingAct::Cancel => self.conversation(&server, document, act).await,
            FilingAct::Consent | FilingAct::ConsentEnd => {
                if writing(&server.can, "Consent").way == Writing::No {
                    return Ok(Brought::NoPlace);
                }
                let (person, writer) = self.person(document).await?;
                let consents = document.consents.iter().map(|told| compose::consent(&writer, told, &person));
                self.write(&server, &writer, document, consents.collect()).await
            }
            FilingAct::Flag | FilingAct::FlagEnd => {
                if writing(&server.can, "Flag").way == Writing::No {
                    return Ok(Brought::NoPlace);
                }
                let (person, writer) = self.person(document).await?;
                let flag = compose::flag(&writer, document, &person).into_iter().collect();
                self.write(&server, &writer, document, flag).await
            }
            FilingAct::Task | FilingAct::TaskEnd => {
                if writing(&server.can, "Task").way == Writing::No {
                    return Ok(Brought::NoPlace);
                }
                let (person, writer) = self.person(document).await?;
                let task = compose::task(&writer, document, &person).into_iter().collect();
                self.write(&server, &writer, document, task).await
            }
        }
    }

    async fn conversation(&self, server: &Server, document: &Document, act: FilingAct) -> Result<Brought, Trouble> {
        let (person, writer) = self.person(document).await?;
        let written = match server.plan.filing.way {
            Filing::Communication => compose::communications(&writer, document, &person, act),
            Filing::DocumentReference { has_binary } => compose::document(&writer, document, &person, act, has_binary),
            Filing::IsikReport if act == FilingAct::Cancel => {
                let why = "a report of ISiK has no address on the server: take it back there by hand";
                return Err(Trouble::stopped("cannot_cancel", why));
            }
            Filing::IsikReport => {
                let report = compose::report(&writer, document, &person, self.client.base());
                // ISiK asks for POST to the base address itself.
                write::post_once(&self.client, &[], &report).await?;
                return Ok(Brought::Filed);
            }
            // A link that shall write neither is there for consents and work.
            Filing::Hl7Mdm
                if ["Communication", "DocumentReference"].iter().all(|one| server.can.withheld.contains(*one)) =>
            {
                return Ok(Brought::NoPlace);
            }
            Filing::Hl7Mdm => {
                let because: Vec<String> = server.plan.filing.because.iter().map(ToString::to_string).collect();
                let why = format!("{}: name an [[hl7_out]] link as `hl7`", because.join("; "));
                return Err(Trouble::stopped("no_place", why));
            }
        };
        if act == FilingAct::Cancel {
            write::overwrite(&self.client, server, written).await?;
            return Ok(Brought::Filed);
        }
        self.write(server, &writer, document, written).await
    }

    async fn person(&self, document: &Document) -> Result<(Person, Writer), Trouble> {
        let person = person::find(&self.client, &self.config.systems, document).await?;
        Ok((person, Writer::new(&self.config.base, &document.house)))
    }

    async fn write(
        &self,
        server: &Server,
        writer: &Writer,
        document: &Document,
        mut written: compose::Resources,
    ) -> Result<Brought, Trouble> {
        if written.is_empty() {
            return Ok(Brought::NoPlace);
        }
        written.extend(compose::provenance(writer, document, &written));
        write::write(&self.client, server, written).await?;
        Ok(Brought::Filed)
    }

    /// The link over HL7 v2, where documents have to go there.
    async fn detour(&self, act: FilingAct) -> Result<Option<&Arc<dyn File>>, Trouble> {
        let Some(hl7) = self.config.hl7.as_ref().filter(|_| act.is_document()) else { return Ok(None) };
        let way = self.client.server().await?.plan.filing.way;
        Ok((way == Filing::Hl7Mdm).then_some(hl7))
    }
}

impl File for Link {
    fn link(&self) -> EmrLinkId {
        self.config.id
    }

    fn cancels(&self) -> bool {
        self.config.cancels
    }

    fn is_told_of_consents(&self) -> bool {
        true
    }

    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>> {
        Box::pin(async move {
            let done = async {
                match self.detour(act).await.map_err(Trouble::filing_fault)? {
                    Some(hl7) => hl7.file(document, act).await,
                    None => self.bring(document, act).await.map_err(Trouble::filing_fault),
                }
            };
            let late = FilingFault { code: "timed_out", is_passing: true, ..FilingFault::default() };
            let done = timeout(PATIENCE, done).await.unwrap_or(Err(late));
            if done.is_err() {
                self.client.forget().await;
            }
            done
        })
    }
}
