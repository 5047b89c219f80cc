//! Rows in, rows out: one thread reads, as many as there are cores work, one writes in the order of reading. A batch more
//! is read only when one is written, so that memory stays small however big the pile.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{
    progress::Progress,
    row::{Id, Rejected},
    source::{self, Batch, Source},
};
use crate::cli::PileArgs;

/// So many batches for each core are on their way at once.
const AHEAD: usize = 4;
/// What the command ends with where rows could not be read.
const REJECTED: u8 = 1;

/// A worked batch.
struct Done {
    number: u64,
    rows: usize,
    upto: u64,
    out: Vec<u8>,
    rejected: Vec<(u64, String)>,
}

/// What comes to the writer.
enum Came {
    Done(Done),
    Unreadable(io::Error),
}

/// Makes of each row of the source what `work` makes of it. Ends with 1 where a row could not be read.
///
/// # Errors
/// The source can't be read, or the output can't be written. A closed pipe is no error: nobody wants more.
pub fn run<T: Serialize>(args: &PileArgs, work: impl Fn(&[u8]) -> Result<T, Rejected> + Sync) -> Result<ExitCode> {
    let (source, named) = source::open(args.file.as_deref())?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut progress = Progress::new(named.size_bytes);
    let written = thread::scope(|scope| {
        let (to_work, work_from) = sync_channel(cores * AHEAD);
        let (to_write, write_from) = sync_channel(cores * AHEAD);
        let (give_leave, leave) = sync_channel(cores * AHEAD);
        (0..cores * AHEAD).for_each(|_| {
            let _there_is_room = give_leave.try_send(());
        });
        let work_from = Arc::new(Mutex::new(work_from));
        for _ in 0..cores {
            let (work_from, to_write, work) = (Arc::clone(&work_from), to_write.clone(), &work);
            scope.spawn(move || work_all(&work_from, &to_write, work));
        }
        // Only the workers hold it: when they are gone, the reader hears of it.
        drop(work_from);
        scope.spawn(move || read_all(source, &leave, &to_work, &to_write));
        write_all(&write_from, &give_leave, &named.name, &mut progress)
    });
    progress.end();
    written.with_context(|| named.name.clone())?;
    Ok(if progress.rejected > 0 { ExitCode::from(REJECTED) } else { ExitCode::SUCCESS })
}

/// Reads until the end, or until nobody takes batches any more.
fn read_all(mut source: Source, leave: &Receiver<()>, to_work: &SyncSender<(u64, Batch)>, to_write: &SyncSender<Came>) {
    for number in 0.. {
        if leave.recv().is_err() {
            return;
        }
        match source.next() {
            Ok(Some(batch)) => {
                if to_work.send((number, batch)).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                let _nobody_left = to_write.send(Came::Unreadable(error));
                return;
            }
        }
    }
}

fn work_all<T: Serialize>(
    from: &Mutex<Receiver<(u64, Batch)>>,
    to_write: &SyncSender<Came>,
    work: &impl Fn(&[u8]) -> Result<T, Rejected>,
) {
    loop {
        let next = from.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, batch)) = next else { return };
        if to_write.send(Came::Done(work_batch(number, &batch, work))).is_err() {
            return;
        }
    }
}

fn work_batch<T: Serialize>(number: u64, batch: &Batch, work: impl Fn(&[u8]) -> Result<T, Rejected>) -> Done {
    let mut done = Done { number, rows: batch.rows.len(), upto: batch.upto, out: Vec::new(), rejected: Vec::new() };
    for (line, row) in &batch.rows {
        let result = match row {
            Some(row) => work(row),
            None => Err(Rejected::of(&Id::default(), "the line is too long")),
        };
        let before = done.out.len();
        let put = match &result {
            Ok(row) => serde_json::to_writer(&mut done.out, row),
            Err(rejected) => serde_json::to_writer(&mut done.out, rejected),
        };
        let error = put.err().map(|error| error.to_string()).or_else(|| result.err().map(|rejected| rejected.error));
        if done.out.len() > before {
            done.out.push(b'\n');
        }
        done.rejected.extend(error.map(|error| (*line, error)));
    }
    done
}

fn write_all(from: &Receiver<Came>, leave: &SyncSender<()>, name: &str, progress: &mut Progress) -> io::Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    let mut out = io::stdout();
    let mut unreadable = None;
    while let Ok(came) = from.recv() {
        match came {
            Came::Done(done) => drop(waiting.insert(done.number, done)),
            Came::Unreadable(error) => unreadable = Some(error),
        }
        while let Some(done) = waiting.remove(&next) {
            match out.write_all(&done.out).and_then(|()| out.flush()) {
                // The reader may wait for a terminal; nobody wants what it would bring.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
                Err(error) => {
                    say_and_exit(progress, &error);
                }
                Ok(()) => {}
            }
            done.rejected.iter().for_each(|(line, error)| progress.rejected(&format!("{name}:{line}: {error}")));
            progress.reached(done.rows, done.upto);
            next += 1;
            let _reader_has_ended = leave.try_send(());
        }
    }
    unreadable.map_or(Ok(()), Err)
}

/// What can't be written ends the program at once: the reader may wait for input that never comes.
fn say_and_exit(progress: &Progress, error: &io::Error) {
    progress.end();
    crate::say::error(&format!("the standard output can't be written: {error}"));
    std::process::exit(1);
}
