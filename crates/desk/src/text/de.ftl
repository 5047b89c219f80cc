### Was Menschen am Schreibtisch lesen, auf Deutsch (Sie). en.ftl hat dieselben Schlüssel und Werte: ein Test hält beide gleich.

## Rahmen

skip-to-content = Zum Inhalt
menu = Menü
motto = Zuhören, abwägen, antworten.
nav-queues = Eingang
nav-sending = Versand
back-inbox = Eingang
nav-house = Haus
nav-log = Protokoll
nav-channels = Kanäle
nav-links = Anbindung
nav-people = Personen und Rollen
nav-me = Ich
site = Standort:
site-word = Standort
sites-all = Alle meine Häuser
queue-open = Alles Offene
queue-now = Jetzt
queue-waiting = Wartet
queue-silent = Still
queue-done = Erledigt
sending-on = Versand läuft
sending-paused = Versand angehalten
pause-ask = Versand anhalten…
resume-ask = Versand fortsetzen…
alarm-missing-title = Niemand wird alarmiert.
alarm-missing-body = Für dieses Haus ist kein Alarmweg eingerichtet und geprüft. Was sofort weitergegeben werden muss, steht nur hier im Eingang.
rules-broken-title = Eine Regel lässt sich nicht auswerten.
rules-broken-body = Was sie betrifft, bleibt ungesagt, bis jemand sie berichtigt:
paused-title = Der Versand ist angehalten.
paused-body = Nichts geht hinaus, auch nichts Fälliges.
paused-by = { $who }, { $at }: { $why }
live-lost = Keine laufenden Meldungen mehr, zuletzt { $at }.
reload = Neu laden
new-one = 1 neuer Beitrag, anzeigen
new-many = { $count } neue Beiträge, anzeigen
copied = Kopiert
copy = Kopieren
save = Speichern
saved = Gespeichert.
cancel = Abbrechen
undo = Zurückholen
open = Öffnen
yes = ja
never = noch nie
name = Name
email = E-Mail im Haus
to-inbox = Zum Eingang
to-sign-in = Zur Anmeldung
time-left = noch { $span }
until-short = bis { $at }
reason-hint = Ein Satz genügt. Er steht danach im Fall.
reason-missing = Bitte einen Satz schreiben. Alle sehen ihn.

## Ausgang

leaving-title = Geht gleich hinaus
leaving-running = Geht hinaus: Antwort an { $to }
leaving-approved-by = freigegeben von { $who }
leaving-approved-by-rule = freigegeben durch Regel
leaving-undone = Zurückgeholt: Die Antwort an { $to } ist wieder Entwurf.
leaving-stopped = Angehalten: Antwort an { $to }
leaving-sent = Hinausgegangen: Antwort an { $to }
leaving-see = Ansehen
leaving-failed = Nicht hinausgegangen: Antwort an { $to }.
leaving-next-try = Nächster Versuch { $at }.
leaving-more = { $count } weitere
leaves-in-30 = Geht in 30 Sekunden hinaus
leaves-now = Geht jetzt hinaus

## Entscheidungen

action-answer = Antworten
action-invite = Privat einladen
action-acknowledge = Nur bestätigen
action-hold = Halten
action-silent = Still
action-escalate = Weitergegeben
action-person = Mensch entscheidet
action-report = Gemeldet
verb-hold-until = Halten bis { $at }
verb-hold-on = Halten, bis etwas geschieht
verb-answer = Öffentlich antworten
verb-invite = In die private Tür einladen
verb-acknowledge = Nur bestätigen
verb-silent = Still bleiben
verb-escalate = Sofort weitergeben
verb-person = Ein Mensch entscheidet
verb-report = Melden oder entfernen

## Posteingang

inbox-heading = { $queue }, { $site }
inbox-now-count = { $count ->
    [one] 1 braucht jemanden
   *[other] { $count } brauchen jemanden
}
inbox-waiting-count = { $count }, der nächste wacht in { $span } auf
inbox-waiting-plain = { $count ->
    [one] { $count } Fälle
   *[other] { $count } Fälle
}
inbox-silent-count = { $count }, jeder mit seiner Regel
inbox-done-count = { $count } erledigt
inbox-more = Weitere zeigen
empty-now-title = Niemand wartet auf Sie.
empty-now-body = Neue Beiträge erscheinen hier von selbst.
empty-now-wakes = Der nächste Fall meldet sich { $at }. Neue erscheinen hier von selbst.
empty-waiting-title = Nichts wird gehalten.
empty-waiting-body = Was warten muss, steht hier mit Uhr und Grund.
empty-silent-title = Nichts ist still entschieden.
empty-silent-body = Wo keine Regel eine Antwort erlaubt, bleiben wir still. Das steht dann hier, mit der Regel.
empty-done-title = Noch nichts erledigt.
empty-done-body = Was Sie abschließen, steht danach hier.
row-changed-since = Seitdem bearbeitet. Öffnen zeigt den Stand.
row-unread = Ungelesen.
row-masked = Der Text ist für Ihre Rolle verdeckt.
row-history = aus dem Bestand
row-sorting = wird eingeordnet
row-untaken = an { $to }, noch nicht übernommen,
row-taken = { $by } hat { $at } übernommen
row-draft = Entwurf liegt bereit
row-approve-yours = { $by } bittet um Ihre Freigabe
row-approve = von { $by }, wartet auf Freigabe
row-leaving = geht hinaus in
row-back = zurück am Schreibtisch
row-sent = hinausgegangen { $at }
row-failed = nicht hinausgegangen
row-resolved = abgeschlossen { $at }
upstream-edited = dort geändert
upstream-deleted = dort gelöscht
alarm-untaken-announce = In einem Fall muss sofort jemand nachsehen. Niemand hat ihn übernommen.

## Suche

search-label = Beiträge, Personen, Fallnummern suchen
search-short = Suchen
search-do = Suchen
search-title = Suche nach { $query }
search-count = { $count ->
    [one] 1 Fall gefunden
   *[other] { $count } Fälle gefunden
}
search-newest = Die neuesten { $count } von mehr. Ein Wort dazu grenzt ein.
search-none = Nichts gefunden.
search-none-body = Versuchen Sie ein Wort weniger oder die Fallnummer. Gesucht wird an Ihren Häusern.
search-how = Ein Wort aus dem Beitrag, ein Name oder eine Nummer wie F-2841.
search-building = Das Verzeichnis wird neu gebaut, { $percent } % sind fertig. Es fehlen noch Treffer.

## Fall

case-heading = { $topics }: { $who }
case-open-full = Ganzen Fall öffnen
case-thread = Gesprächsfaden
case-side = Rund um den Fall
case-resolved = abgeschlossen von { $by }, { $at }
case-changed-elsewhere = Dieser Fall hat sich geändert.
case-changed-kept = Ihr Entwurf bleibt erhalten. Bitte lesen Sie die Entscheidung noch einmal.
case-changed-show = Neue Entscheidung zeigen
changed-by = { $who } hat diesen Fall geändert, während Sie schrieben
viewer-reading = { $who } liest mit
viewer-writing = { $who } schreibt
assign-nobody = Niemandem zugewiesen
assign-mine = Mir zugewiesen
assign-to = Bei { $who }
assign-me = Mir zuweisen
assign-choose = Wer soll es haben?
assign-do = Zuweisen
resolve-ask = Abschließen…
resolve-body = Der Fall wandert zu „Erledigt“. Schreibt die Person wieder, kommt er zurück.
resolve-reason = Anmerkung, wenn nötig
resolve-do = Abschließen
post-see-there = Beitrag von { $who } dort ansehen
post-masked = Der Text ist für Ihre Rolle verdeckt. Wer ihn braucht, um zu helfen, hat eine Rolle, die ihn zeigt.
take-down-ask = Zurückholen…
take-down-body = Die Antwort wird sofort auf ihrem Kanal gelöscht, auch während der Versand angehalten ist. Ist der Kanal nicht zu erreichen, wird es weiter versucht, bis sie nachweislich weg ist.
take-down-opens = Ein Datenschutzvorfall wird angelegt; die Frist für die Meldung einer Datenpanne beginnt jetzt. Der Fall bleibt offen.
take-down-reason = Warum
take-down-do = Jetzt löschen
post-taken-down = Vom Haus gelöscht.
signal-name = Signal { $n }: { $topic }
signal-back = Signal { $n } im Text

## Entscheidungszettel

slip-sorting-title = Wird eingeordnet
slip-sorting-body = Der Beitrag ist angenommen. Bis eine Regel entscheidet, geht nichts hinaus.
slip-decided = entschieden { $at }
slip-because = Darum
slip-beside = Daneben geschieht
slip-rule = Regel
slip-forbids = verbietet
slip-permits = erlaubt
slip-seen = gesehen in
slip-taken = { $who } hat { $at } übernommen.
slip-untaken = Noch niemand hat übernommen,
slip-wakes-if = Wacht früher auf
slip-came-close = Fast gegriffen
slip-woken = Neu entschieden { $at }, vorher: { $before }
slip-overridden = Von { $who } anders entschieden, { $at }. Die Regeln sagten: { $before }. { $why }
slip-rule-error = Eine Regel ließ sich nicht auswerten. Darum geht nichts hinaus, bis ein Mensch entscheidet.
strip-now = jetzt { $at }
strip-now-word = jetzt
strip-anew = { $at } wird neu entschieden
strip-anew-word = wird neu entschieden
escalation = Weitergegeben an: { $to }, zu übernehmen innerhalb von { $span }.
take-over = Ich übernehme
release-ask = Früher freigeben…
release-body = Der Fall geht zurück zu „Jetzt“. Regeln ohne Frist gelten weiter.
release-reason = Warum früher?
release-do = Freigeben
hold-ask = Halten…
hold-until = Halten bis
hold-reason = Warum halten?
hold-do = Halten
decide-ask = Anders entscheiden…
decide-body = Ein Verbot bleibt ein Verbot: Was eine Regel untersagt, kann auch diese Wahl nicht hinauslassen.
decide-action = Was soll gelten?
decide-reason = Warum?
decide-do = So entscheiden
wrong-ask = Das war falsch
wrong-body = Daraus wird ein Prüffall für die Regeln. Am Fall ändert sich dadurch nichts.
wrong-expected = Was wäre richtig gewesen?
wrong-reason = Was hat die Regel übersehen?
wrong-do = Als Prüffall merken
facts-all = { $count ->
    [one] Die eine Tatsache
   *[other] Alle { $count } Tatsachen
}
facts-absent = Was hier nicht steht, war nicht bekannt. Unbekannt heißt nie „nein“.

## Antwort

reply-write = Antwort vorbereiten
reply-asked = Antwort wartet auf Freigabe
reply-leaving = Antwort geht hinaus
reply-paused = Antwort ist angehalten
reply-sent = Antwort ist hinausgegangen
reply-failed = Antwort ging nicht hinaus
reply-prepare-anyway = Trotzdem eine Antwort vorbereiten
reply-prepare-why = Sie geht nicht hinaus, solange die Entscheidung gilt.
reply-not-before = geht nicht vor { $at } hinaus
reply-label = Entwurf an { $to }
reply-check = Prüfen
reply-save = Entwurf merken
reply-length = { $length } / { $limit } Zeichen
reply-too-long = zu lang
reply-leaves-in = Geht hinaus in
reply-paused-body = Der Versand ist angehalten. Sie geht erst hinaus, wenn er wieder läuft.
reply-next-try = Nächster Versuch { $at }.
reply-no-next-try = Von selbst versuchen wir es nicht noch einmal.
form-legend = Wie geht die Antwort hinaus?
form-public = Öffentlich, allgemein
form-acknowledge = Öffentlich, eine Zeile
form-invite = Öffentlich, mit Einladung zur Tür
form-private = Privat
returned-sent-back = { $who } hat { $at } zurückgegeben:
returned-refused = { $at } nicht hinausgelassen:
returned-undone = { $who } hat { $at } zurückgeholt.
returned-undone-body = Sie ist wieder Entwurf. Wer sie ändert, braucht eine neue Freigabe.
receipt-sent = hinausgegangen { $at }, zurückgelesen
receipt-see = Dort ansehen
receipt-entry = Beleg { $n }

## Wächter

guard-unchecked = Noch nicht geprüft
guard-checking = Wird geprüft…
guard-clear = Nichts gefunden, { $at }
guard-blocks = { $count ->
    [one] 1 Sperre
   *[other] { $count } Sperren
}
guard-hints = { $count ->
    [one] 1 Hinweis
   *[other] { $count } Hinweise
}
guard-blocked = Gesperrt:
guard-hint = Hinweis:
guard-replace = Ersetzen durch:
guard-strike = Streichen
guard-keep = So lassen, mit Begründung
guard-keep-reason = Warum darf es so stehen bleiben?
guard-settled = Von { $who } bis { $until } geregelt, keine Bestätigung nötig: { $why }
guard-keep-do = So lassen
submit-do = Zur Freigabe geben
submit-then = Vor der Freigabe wird noch einmal geprüft.
submit-off = Noch nicht möglich: { $why }
submit-off-blocked = { $count ->
    [one] Eine Stelle ist gesperrt.
   *[other] { $count } Stellen sind gesperrt.
}
submit-off-long = Der Text ist zu lang für diesen Kanal.
submit-off-forbidden = Keine Regel erlaubt diese Antwort jetzt.
submit-off-changed = Der Fall hat sich geändert. Bitte zuerst lesen.

## Vier Augen

seat-you = Sie
seat-you-write = schreiben
seat-wrote = schrieb, { $at }
seat-second = Freigabe: zweite Person
seat-nobody = Niemand sonst kann hier freigeben.
seat-may = Freigeben darf: { $who }
seat-yours = Sie sind an der Reihe
seat-yours-small = Lesen Sie den Text so, wie ihn ein Fremder läse.
seat-own = Das haben Sie geschrieben. Freigeben muss es jemand anderes.
seat-rule = Regel
seat-approved = gab frei, { $at }
seat-waiting = wartet auf Freigabe
approve-do = Freigeben
withdraw-do = Weiter schreiben
back-to-draft = Zurück in den Entwurf
send-back-ask = Zurückgeben…
send-back-note = Was soll anders werden?
send-back-hint = Die Person, die schrieb, sieht diesen Satz über ihrem Entwurf.
send-back-do = Zurückgeben

## Vermerke und Notizen

labels = Vermerke
labels-none = Keine.
label-until = { $label }, bis { $at }
label-why = { $on }, von { $by }: { $why }
label-on-author = am Menschen
label-on-thread = am Faden
label-on-house = am Haus
label-ask = Vermerk setzen…
label-kind = Vermerk
label-on = Woran?
label-for = Wie lange?
label-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}
label-reason = Warum?
label-do = Setzen
label-remove-ask = Entfernen…
label-remove-reason = Warum entfernen?
label-remove-do = Entfernen
notes = Notizen
notes-none = Keine.
note-new = Neue Notiz für das Team
note-short = Notiz für das Team
note-do = Merken
about = Wer schreibt
log-all = Alle { $count } Einträge

## Anhalten

pause-title = Versand anhalten
resume-title = Versand fortsetzen
pause-stops = Nichts geht mehr an die Öffentlichkeit oder an Patienten hinaus, auf keinem Weg, auch nichts Fälliges.
pause-keeps = Alarme an das Haus, Rücknahmen und Löschungen gehen weiter.
pause-reason = Warum?
pause-reason-hint = Alle sehen diesen Satz über jeder Seite, solange der Versand ruht.
pause-do = Jetzt anhalten
pause-not-yours = Ihre Rolle darf den Versand nicht anhalten. Die Leitung und die Redaktion dürfen es.
resume-not-yours = Ihre Rolle darf den Versand nicht fortsetzen.
resume-would = { $count ->
    [0] Danach geht nichts sofort hinaus.
    [one] Danach geht { $count } Antwort hinaus, nach neuer Prüfung.
   *[other] Danach gehen { $count } Antworten hinaus, jede nach neuer Prüfung.
}
resume-do = Versand fortsetzen
paused-since = seit { $span }
due-on = Was gleich hinausgeht
due-paused = Was beim Fortsetzen hinausgeht
due-none = Nichts.
due-at = fällig { $at }
pause-past = Frühere Pausen
pause-past-log = Jede Pause steht im Protokoll.

## Kanäle

channel-live = verbunden · { $lag }
channel-slow = ▲ langsam, { $lag }
channel-mute = ▲ keine Antwort, { $span }
channel-signed-out = ▲ abgemeldet
channel-limited = ▲ gebremst bis { $at }
channel-stopped = ausgeschaltet
channel-starting = beginnt
channels-well = Alle Kanäle sind verbunden.
channels-bad = { $count ->
    [one] 1 Kanal braucht einen Blick.
   *[other] { $count } Kanäle brauchen einen Blick.
}
channels-none = Noch kein Kanal
channels-none-body = Ein Kanal wird in bedside.toml eingetragen. Danach steht er hier.
channel-slow-body = { $channel } liegt { $span } zurück. Es geht nichts verloren.
channel-mute-body = { $channel } antwortet seit { $span } nicht. Es geht nichts verloren: Danach lesen wir nach, was gefehlt hat.
channel-signed-out-body = { $channel } hat uns abgemeldet. Bis jemand das Passwort erneuert, kommt nichts herein und nichts hinaus.
channel-limited-body = { $channel } bittet uns, bis { $at } zu warten. Es geht nichts verloren.
channel-stopped-body = Das Haus hat { $channel } ausgeschaltet. Was in der Zwischenzeit geschrieben wird, lesen wir nach dem Einschalten.
channel-next = Nächster Blick { $at }.
channel-owner = Verantwortlich
channel-no-owner = niemand eingetragen
channel-deputy = { $owner }, vertreten durch { $deputy }
channel-last = Letzter Beitrag
channel-day = In 24 Stunden
channel-day-counts = { $taken } angenommen, { $sent } hinausgegangen
channel-speaks = Antwortet
channel-reads-only = nein, liest nur
channel-look = { $channel } jetzt fragen

## Anbindung

links-motto = Was die Systeme der Akte uns sagen, was wir ihnen bringen und wie das gelingt.
links-none = Noch keine Anbindung
links-none-body = Eine Anbindung wird in bedside.toml als [[hl7]], [[hl7_out]] oder [[fhir]] eingetragen. Dann steht sie hier.
links-back = Anbindung
link-starting = noch nichts angenommen
link-idle = noch nichts abgelegt
link-live = läuft
link-trouble = bitte nachsehen
link-behind = kommt nicht nach
link-stopped = abgeschaltet
link-trouble-body = Was bestätigt wurde, ist gespeichert. Was nicht bestätigt wurde, schickt der Sender noch einmal.
link-behind-body = Nachrichten sind gespeichert und bestätigt, warten aber länger auf den Patientenindex, als sie sollten.
link-stopped-body = Die Anbindung steht nicht mehr in bedside.toml. Dort hört niemand mehr zu. Was kam, bleibt, bis seine Zeit vorbei ist.
link-failed = { $count ->
    [one] 1 Nachricht ließ sich nicht einspielen. Bitte nachsehen.
   *[other] { $count } Nachrichten ließen sich nicht einspielen. Bitte nachsehen.
}
link-since = So seit
link-last = Letzte Nachricht
link-waiting = Es warten
link-waiting-none = keine
link-waiting-count = { $count ->
    [one] 1 Nachricht, seit { $span }
   *[other] { $count } Nachrichten, die älteste seit { $span }
}
link-kept = Aufbewahrt
link-kept-days = { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
link-rates = Was kam
link-today = Heute (UTC)
link-week = 7 Tage
link-flaws = Mängel in Nachrichten
link-flaws-none = Keine Nachricht der letzten 7 Tage hatte einen Mangel.
count-taken = empfangen
count-applied = im Patientenindex
count-nothing = nichts zu behalten
count-failed = nicht eingespielt
count-refused = abgewiesen
count-resent = vom Sender wiederholt
count-again = vom Haus noch einmal eingespielt
messages-title = Nachrichten
messages-find = Nachricht finden
messages-find-do = Finden
messages-find-hint = MSH-10, wie der Sender es schrieb, ein Fall (F-2841), dessen Konto verknüpft ist, oder unsere Nummer einer Nachricht oder eines Patienten.
messages-all = Die neuesten zeigen
messages-states = Nachrichten nach Zustand
messages-every = Alle
messages-none = Hier ist keine Nachricht.
messages-not-found = Keine Nachricht hat diese Nummer. Vielleicht ist sie älter, als Nachrichten aufbewahrt werden.
messages-most = Das sind die neuesten { $count }.
messages-masked = In dieser Liste steht kein Name und keine Nummer eines Menschen.
message-new = wartet
message-applied = im Index
message-nothing = nichts zu behalten
message-refused = abgewiesen
message-failed = nicht eingespielt
message-col-at = Empfangen
message-col-event = Ereignis
message-col-state = Was daraus wurde
message-col-flaws = Mängel
message-col-resent = Wiederholt
message-title = { $event }, { $at }
message-trace = Weg der Nachricht
message-received = Empfangen
message-resent = { $count ->
    [one] einmal wiederholt, wieder beantwortet, einmal gespeichert
   *[other] { $count }-mal wiederholt, wieder beantwortet, einmal gespeichert
}
message-answer = Antwort
message-answer-accepted = Erst gespeichert, dann als angenommen bestätigt (AA oder CA, falls der Sender eine Antwort will).
message-answer-refused = Abgewiesen, mit Stelle und Grund in ERR. { $why }
message-index = Patientenindex
message-says = Was sie sagt
message-recorded = Dort erfasst
message-flaws = Mängel
message-flaws-none = keine
message-patient = Patient (unsere Nummer)
message-id = Nachricht (unsere Nummer)
message-kept-until = Aufbewahrt bis
message-others = Andere Nachrichten zu diesem Patienten
message-log = Im Protokoll
message-log-none = Kein Eintrag im Protokoll betrifft allein diese Nachricht.
message-again = Noch einmal einspielen
message-again-body = Noch einmal eingespielt, tut eine Nachricht noch einmal dasselbe; was neuer ist, bleibt das neuere Wort.
message-show = Inhalt zeigen
message-show-body = Wer den Inhalt ansieht, steht im Protokoll.
message-content = Inhalt
message-content-body = So, wie er aufbewahrt wurde: Was die Anbindung nicht behalten darf, fehlt. Ihr Name steht im Protokoll.
outlinks-title = Was in die Akte geht
out-speaks = Spricht
out-last = Zuletzt in der Akte
out-filed = Abgelegt, im Ganzen
out-trouble-body = Es geht nichts verloren: Was wartet, wird immer wieder versucht.
out-behind-body = Dokumente warten länger, als sie sollten.
out-stopped-body = Die Anbindung steht nicht mehr in bedside.toml. Was wartet, bleibt liegen.
out-dead = { $count ->
    [one] 1 Dokument kam nicht in die Akte. Bitte nachsehen.
   *[other] { $count } Dokumente kamen nicht in die Akte. Bitte nachsehen.
}
out-waiting-count = { $count ->
    [one] 1 Dokument, seit { $span }
   *[other] { $count } Dokumente, das älteste seit { $span }
}
out-held-back = { $count ->
    [one] davon 1 hinter einem, das nicht in die Akte kam
   *[other] davon { $count } hinter einem, das nicht in die Akte kam
}
out-rates = Was hinausging
count-filed = in die Akte gelegt
count-taken-back = zurückgenommen
count-in-vain = vergeblich versucht
count-dead = nicht in die Akte gekommen
count-dropped = verworfen
documents-title = Dokumente
documents-find = Dokument finden
documents-find-hint = Fall (F-2841), MSH-10 oder unsere Nummer eines Dokuments oder eines Patienten.
documents-states = Dokumente nach Zustand
documents-none = Hier ist kein Dokument.
documents-not-found = Kein Dokument hat diese Nummer.
documents-masked = In dieser Liste steht kein Name, keine Nummer eines Menschen und kein Wort, das gesagt wurde.
document-waiting = wartet
document-filed = erledigt
document-dead = nicht in der Akte
document-dropped = verworfen
document-col-at = Entstanden
document-col-what = Auftrag
document-col-case = Fall
document-col-state = Was daraus wurde
document-col-attempts = Versuche
document-title = Dokument, { $at }
document-trace = Weg des Dokuments
document-holder = Davor steht
document-holder-look = ein Dokument, das nicht in die Akte kam
document-next = Nächster Versuch
document-settled = Erledigt
document-mended = Berichtigt
document-dropped-by = Verworfen von
document-control = Kennt der Empfänger als (MSH-10)
document-id = Dokument (unsere Nummer)
document-others = Andere Dokumente für diesen Patienten
document-again = Noch einmal schicken
document-again-body = Es behält seine Nummer, damit der Empfänger es erkennt, falls er es doch schon hat. Solange es liegt, warten spätere Dokumente für diesen Patienten.
document-drop = Verwerfen
document-drop-body = Es kommt nicht in die Akte. Was dahinter wartet, geht weiter.
document-drop-reason = Warum
document-drop-do = Verwerfen
document-answers = Antworten des Empfängers
document-content = Was im Dokument steht
document-content-body = Wer es ansieht, steht im Protokoll; auch Ihr Name steht jetzt dort. Was vor einer Berichtigung dastand, bleibt erhalten.
document-version = Fassung { $n }, vor der Berichtigung
document-field-title = Titel
document-field-ids = Kennungen, unter denen der Empfänger den Patienten findet
document-field-visit = Aufenthalt
document-visit-none = keiner
document-field-lines = Text
document-lines-hint = Berichtigen Sie, was den Empfänger stört. Was jemand gesagt hat, bleibt, wie es gesagt wurde.
document-no-lines = Was gesagt wurde, zeigt das Haus hier nicht mehr: Die Einwilligung wurde zurückgenommen.
document-mend = Nur speichern
document-mend-again = Speichern und noch einmal schicken
document-attempts = Versuche
document-attempts-none = Noch keiner.
document-attempt-well = Der Empfänger hat es angenommen.
document-log-none = Kein Eintrag im Protokoll betrifft dieses Dokument.

## Protokoll

log-motto = Es wird nur angefügt, nie geändert.
log-download = Nachweis herunterladen
log-entries = Die neuesten Einträge
log-proof = Nachweis
log-filter = Fall, Person oder Regel
log-filter-do = Filtern
log-filter-clear = Alles zeigen
log-empty = Kein Eintrag passt dazu.
log-pages = Seiten des Protokolls
log-newer = Neuere
log-older = Ältere
log-col-n = Nr.
log-col-at = Zeit
log-col-what = Was geschah
log-col-by = Durch
log-col-case = Fall
log-col-print = Fingerabdruck
log-unplaced = wird eingereiht
log-no-text = Hier stehen nur Nummern und Fingerabdrücke. Texte und Namen von Patienten kommen im Protokoll nicht vor. Darum überdauert es jede Löschung.
seal-sound = Lückenlos
seal-sound-body = { $count } Einträge geprüft, { $at }, in { $took }. Kein Eintrag wurde geändert oder entfernt.
seal-checking = Wird geprüft
seal-checking-body = { $done } von { $of } Einträgen sind geprüft.
seal-broken = Gebrochen bei Eintrag { $n }
seal-broken-body = Dieser Eintrag ist nicht der, der { $at } unterschrieben wurde. Die { $count } davor sind unversehrt. Bitte nichts ändern und den Datenschutz rufen.
seal-broken-plain = Dieser Eintrag ist nicht der, der unterschrieben wurde. Die { $count } davor sind unversehrt. Bitte nichts ändern und den Datenschutz rufen.
seal-unchecked = Noch nicht geprüft
seal-unchecked-body = { $count } Einträge. Seit dem Start hat sie niemand geprüft.
seal-check = Jetzt prüfen
checkpoint = Letzter Prüfpunkt
checkpoint-text = Prüfpunkt im Wortlaut
checkpoint-at = Unterschrieben { $at }. Heben Sie ihn außer Haus auf: Nur gegen einen alten Prüfpunkt lässt sich zeigen, dass am Ende nichts fehlt.
checkpoint-none = Noch keiner. Er entsteht mit dem ersten Eintrag.
outside = Ohne uns prüfen
outside-body = Wer uns nicht glauben will, muss es nicht:
outside-command = Befehl
outside-more = Wäre ein Byte verändert, stünde dort die Nummer des ersten falschen Eintrags.

## Personen

people-motto = Wer was darf, je Haus. Keine Zahlen über Menschen.
people-list = Alle Personen
people-you = Sie
people-locked = gesperrt
people-invited = Link offen bis { $at }
people-no-role = Noch keine Rolle: sieht nichts.
people-change = Ändern…
people-role = Rolle
people-give = Rolle geben
people-withdraw = Rolle nehmen: { $role }, { $site }
people-new-link = Neuen Einmal-Link ausstellen
people-lock = Sperren
people-unlock = Entsperren
people-add = Person hinzufügen
people-add-do = Hinzufügen
people-add-body = Danach steht hier einmal ein Link. Damit setzt die Person ihr Passwort selbst.
people-link = Einmal-Link
people-link-title = Einmal-Link für { $who }
people-link-body = Er steht nur jetzt hier und gilt bis { $at }. Geben Sie ihn persönlich weiter.
people-error-taken = Diese Adresse hat schon jemand.
people-error-last-admin = Das ist die letzte Person mit dieser Rolle. Geben Sie sie zuerst jemand anderem.

## Ich

me-roles = Ihre Rollen
me-settings = Einstellungen
me-lang = Sprache
me-theme = Farben
theme-system = wie das Gerät
theme-light = hell
theme-dark = dunkel
me-keys = Einzelne Tasten als Abkürzung.
me-keys-which = Welche?
me-sessions = Angemeldet
me-session-seen = zuletzt benutzt { $at }
me-session-this = dieses Gerät
me-session-end = Abmelden
me-password = Passwort ändern
password = Passwort
password-old = Bisheriges Passwort
password-old-wrong = Das bisherige Passwort stimmt nicht.
password-new = Neues Passwort
password-again = Noch einmal
password-hint = Mindestens 12 Zeichen. Ein langer Satz ist gut.
password-do = Passwort ändern
password-changed = Das Passwort ist geändert. Überall sonst sind Sie abgemeldet.
sign-out = Abmelden

## Anmelden

sign-in = Anmelden
sign-in-wrong = E-Mail oder Passwort stimmen nicht.
sign-in-locked = Zu viele Versuche. Um { $at } geht es wieder.
sign-in-expired = Sie waren lange nicht da, darum haben wir Sie abgemeldet.
sign-in-out = Sie sind abgemeldet.
sign-in-session = Nach zehn Stunden ohne Arbeit melden wir Sie ab.
sign-in-help = Sie haben einen Einmal-Link? Öffnen Sie ihn auf diesem Gerät. Passwort vergessen: Ihre Leitung kann einen neuen Link ausstellen.
welcome-first-title = Richten Sie Bedside ein
welcome-first-body = Sie sind die erste Person hier. Danach können Sie weitere hinzufügen und Rollen geben.
welcome-join-title = Willkommen
welcome-join-body = Setzen Sie Ihr Passwort. Der Link gilt danach nicht mehr.
welcome-reset-title = Neues Passwort
welcome-reset-body = Setzen Sie ein neues Passwort. Der Link gilt danach nicht mehr.
welcome-spent-title = Dieser Link gilt nicht mehr
welcome-spent-body = Er wurde schon benutzt oder ist abgelaufen. Ihre Leitung kann einen neuen ausstellen.
welcome-do = Passwort setzen
your-name = Ihr Name
your-name-hint = So sehen ihn die Kolleginnen und Kollegen.
welcome-error-name = Bitte einen Namen eintragen.
welcome-error-email = Das ist keine E-Mail-Adresse.
welcome-error-short = Das Passwort braucht mindestens 12 Zeichen.
welcome-error-differ = Die beiden Passwörter sind verschieden.
welcome-error-common = Dieses Passwort ist allgemein bekannt. Bitte ein anderes.

## Tasten

keys-title = Tasten
keys-on = Einzelne Tasten sind eingeschaltet.
keys-off = Einzelne Tasten sind ausgeschaltet.
keys-typing = Beim Schreiben ruhen sie.
keys-list = In der Liste
keys-case = Im Fall
keys-everywhere = Überall
keys-key = Taste
keys-does = Wirkung
keys-never = Freigeben, anhalten und früher freigeben haben keine einzelne Taste: Sie brauchen einen Knopf und einen Grund.
keys-settings = Ein- oder ausschalten
key-next = nächster Fall
key-previous = voriger Fall
key-open = Fall öffnen
key-new = neue Beiträge zeigen
key-search = suchen
key-back = zurück zur Liste
key-assign = mir zuweisen
key-hold = halten
key-release = früher freigeben (öffnet das Formular)
key-reply = antworten
key-label = Vermerk setzen
key-note = Notiz schreiben
key-submit = prüfen und zur Freigabe geben
key-go-now = zu „Jetzt“
key-go-waiting = zu „Wartet“
key-go-silent = zu „Still“
key-go-done = zu „Erledigt“
key-undo = zurückholen, was hinausgeht
key-help = diese Liste
key-reply-short = antworten
key-hold-short = halten
key-assign-short = zuweisen
key-label-short = Vermerk
key-all-short = alle Tasten

## Wenn etwas nicht geht

error-404 = Hier ist nichts
error-404-body = Den Fall oder die Seite gibt es nicht, oder Ihre Rolle zeigt sie nicht.
error-403 = Das ist hier nicht erlaubt
error-403-body = Nichts wurde geändert. Braucht Ihre Arbeit es doch, sprechen Sie mit Ihrer Leitung.
error-no-role = Sie haben noch keine Rolle
error-no-role-body = Sie sind angemeldet, aber an keinem Haus eingetragen. Darum ist hier nichts zu sehen. Ihre Leitung kann Ihnen eine Rolle geben.
error-400 = Das haben wir nicht verstanden
error-400-body = Nichts wurde geändert. Gehen Sie zurück und versuchen Sie es noch einmal.
error-stale = Die Seite war zu alt
error-stale-body = Zu Ihrem Schutz gilt ein Formular nur eine Zeit lang. Nichts wurde geändert. Laden Sie die Seite neu und senden Sie noch einmal.
error-409 = Der Fall hat sich geändert
error-409-body = Ihre Handlung passte zum alten Stand. Darum wurde nichts geändert.
error-429 = Zu viele Versuche
error-429-body = Um { $at } geht es wieder.
error-500 = Bei uns ist etwas gebrochen
error-500-body = Was Sie gesendet haben, wurde nicht ausgeführt. Was vorher gespeichert war, ist unversehrt. Bitte noch einmal versuchen.
error-500-trace = Nennen Sie beim Melden diese Nummer:

## Themen und Signale der Einordnung

topic-crisis-suicide = Suizidgefahr
topic-medical-emergency = Notfall
topic-threat = Drohung
topic-safeguarding = Schutz von Kindern oder Wehrlosen
topic-adverse-event = Nebenwirkung oder Schaden
topic-bereavement = Trauer
topic-complaint = Beschwerde
topic-praise = Lob
topic-harassment = Anfeindung
topic-legal-threat = Rechtliches
topic-media-inquiry = Presseanfrage
topic-admin-question = Frage zum Ablauf
topic-medical-advice = Medizinische Frage
topic-misinformation = Falschmeldung
topic-privacy = Persönliche Daten
topic-data-rights = Auskunft oder Löschung verlangt
topic-scam = Betrugsversuch
topic-staff = Mitarbeitende
topic-job = Bewerbung
topic-spam = Werbung
topic-other = Sonstiges
topic-death = Todesfall
topic-claim = Vorwurf zur Behandlung
topic-identifier = Erkennungsmerkmal
topic-staff-named = Mitarbeitende genannt
topic-health-detail = Angabe zur Gesundheit
topic-hostility = Feindseliger Ton
topic-speaker = Wer spricht
topic-when = Wann es geschah

## Vermerke

label-litigation = Rechtsstreit
label-open-complaint = offene Beschwerde
label-next-of-kin-pending = Angehörige nicht verständigt
label-bereaved = trauernd
label-incident = Störfall
label-media-interest = Presse interessiert
label-abusive = beschimpft wiederholt
label-consent-given = Einwilligung liegt vor
label-consent-revoked = Einwilligung zurückgezogen
label-no-contact = nicht an den Kontakt in der Akte schreiben
label-safety-flag = Sicherheitshinweis für die Akte

## Was eine Wartezeit beendet

wake-time = die Zeit ist um
wake-author-writes = die Person schreibt wieder
wake-label-changes = ein Vermerk ändert sich
wake-facts-checked = jemand hat die Tatsachen geprüft

## Rollen

role-desk = Redaktion
role-approver = Freigabe
role-privacy = Datenschutz
role-admin = Verwaltung
role-auditor = Prüfung
role-crisis-team = Krisendienst
role-clinical-on-call = ärztlicher Dienst
role-vigilance = Arzneimittelsicherheit
role-security = Sicherheitsdienst
role-safeguarding = Kinder- und Opferschutz
role-privacy-officer = Datenschutz
role-press-office = Pressestelle
role-patient-relations = Patientenfürsprache
role-legal = Rechtsabteilung
role-incident-command = Einsatzleitung
role-complaints-office = Beschwerdestelle

## Was der Wächter findet

guard-identifier = Kennzeichen einer Person
guard-names-person = nennt eine Person
guard-unmasks-author = verrät, wer schreibt
guard-confirms-relationship = bestätigt eine Behandlung
guard-denies-relationship = bestreitet eine Behandlung
guard-health-detail = Angabe zur Gesundheit
guard-date-of-care = Zeitpunkt der Behandlung
guard-insurance-or-cost = Versicherung oder Kosten
guard-staff-named = nennt Personal beim Namen
guard-clinical-advice = medizinischer Rat
guard-fault-admission = räumt einen Fehler ein
guard-statement-on-litigation = Aussage zu einem Verfahren
guard-casualty-details-unreleased = Angaben zu Toten oder Verletzten
guard-press-condition-release = sagt, wie es jemandem geht
guard-derogatory-tone = verspottet oder setzt herab
guard-legal-threat = droht mit rechtlichen Schritten
guard-compensation-in-public = Ausgleich in der Öffentlichkeit
guard-pressure-to-delete = drängt zum Löschen
guard-asks-for-identifiers = fragt nach persönlichen Angaben
guard-platform-dm-for-care-matter = verweist auf Nachrichten der Plattform
guard-apology-without-contact = Entschuldigung ohne Weg zu einem Menschen
guard-impossible-promise = Versprechen
guard-thanks-in-DE = Dank, der einen Aufenthalt bestätigen kann
guard-may-speak-of-person = könnte von einer Person sprechen
guard-open-place = offene Stelle
guard-empty-text = kein Text

## Was geschah (Protokoll)

logged-post-taken = Beitrag angenommen
logged-assessed = Eingeordnet
logged-case-opened = Fall eröffnet
logged-decided = Entschieden
logged-hold-woken = Aufgewacht
logged-draft-written = Entwurf geschrieben
logged-guarded = Entwurf geprüft
logged-approval-asked = Zur Freigabe gegeben
logged-approved = Freigegeben
logged-sent-back = Zurückgegeben
logged-queued = In den Ausgang gelegt
logged-undone = Zurückgeholt
logged-send-started = Versand begonnen
logged-sent = Hinausgegangen
logged-send-failed = Nicht hinausgegangen
logged-returned = Nicht hinausgelassen
logged-paused = Versand angehalten
logged-resumed = Versand fortgesetzt
logged-label-set = Vermerk gesetzt
logged-label-removed = Vermerk entfernt
logged-assigned = Zugewiesen
logged-escalation-taken = Übernommen
logged-note-written = Notiz geschrieben
logged-case-resolved = Abgeschlossen
logged-signed-in = Angemeldet
logged-sign-in-failed = Anmeldung abgewiesen
logged-role-granted = Rolle gegeben
logged-role-revoked = Rolle genommen
logged-channel-signed-out = Kanal abgemeldet
logged-imported = Bestand übernommen
logged-upstream-edited = Beitrag dort geändert
logged-upstream-deleted = Beitrag dort gelöscht
logged-rules-loaded = Regelwerk geladen
logged-key-erased = Schlüssel gelöscht
logged-taken-down = Antwort abgenommen
logged-link-made = Einmal-Link gemacht
logged-password-set = Passwort gesetzt
logged-person-locked = Gesperrt
logged-person-unlocked = Wieder zugelassen
logged-letter-sent = Brief an den Kontakt in der Akte geschickt
logged-decided-otherwise = Anders entschieden
logged-facts-entered = Sachverhalt eingetragen
logged-emr-taken = Nachrichten der Akte eingespielt
logged-death-told = Die Akte meldet einen Todesfall
logged-death-taken-back = Die Akte nimmt einen Todesfall zurück
logged-patients-merged = Akten zusammengeführt
logged-merge-undone = Zusammenführung zurückgenommen
logged-emr-pruned = Nachrichten der Akte gelöscht, ihre Zeit war vorbei
logged-emr-again = Nachricht der Akte noch einmal eingespielt
logged-emr-shown = Inhalt einer Nachricht der Akte angesehen
logged-filing-made = Dokument für die Akte angelegt
logged-filed = Dokument in die Akte gelegt oder zurückgenommen
logged-filing-failed = Dokument kam nicht in die Akte
logged-filing-dropped = Dokumente für die Akte verworfen
logged-filing-shown = Dokument für die Akte angesehen
logged-filing-mended = Dokument für die Akte berichtigt
logged-filing-again = Dokument für die Akte noch einmal geschickt

## Was der Server sagt

someone = jemand
person-masked = Person { $n }
erased = Dieser Text wurde gelöscht.
error-400-form = Das Formular ist unvollständig oder keines von uns.
visible-public = öffentlich
visible-unlisted = öffentlich, nicht in Listen
visible-followers = für Folgende
visible-direct = nur für Angesprochene
me-session-since = Angemeldet seit { $at }
strip-death = Tod
strip-event = Ereignis
strip-post = Beitrag
because-unreadable = Der Text dieses Beitrags lässt sich nicht mehr lesen: Sein Schlüssel wurde gelöscht, oder er wurde in der Datenbank verändert. Ein Mensch muss auf der Plattform nachsehen.
because-unsorted = Dieser Beitrag ließ sich auch nach mehreren Versuchen nicht einordnen. Ein Mensch muss ihn lesen.
because-person = Das hat ein Mensch entschieden und steht mit Namen und Grund dafür ein.
beside-report = Entfernen oder der Plattform melden.
rule-unknown = Die Regel { $rule } gilt nicht mehr, ihr Wortlaut fehlt darum.
close-missing = Es fehlt: { $what }
about-posts = Frühere Beiträge
about-posts-count = { $count ->
    [0] keine an diesem Haus
    [100] 100 oder mehr an diesem Haus
    [one] 1 an diesem Haus
   *[other] { $count } an diesem Haus
}
about-speaker = Vermutlich
about-account = Konto
about-bot = als automatisiert gekennzeichnet
about-case-since = Fall seit
logged-with = { $what }: { $detail }
logged-by-program = Bedside
until-after = { $what }, bis { $at }
note-kept = Hinweis stehen gelassen, { $quote }: { $why }
note-wrong = Die Entscheidung „{ $is }“ war falsch, richtig wäre „{ $expected }“: { $why }
note-unlabelled = Vermerk entfernt: { $why }
approve-confirm = Ich habe die Hinweise gelesen und stehe dafür ein.
known-ask = Was wissen wir?
known-body = Die Regeln entscheiden dann neu. Lassen Sie leer, was niemand weiß.
known-event = Wann ist es geschehen?
known-checked = Ist der Sachverhalt geprüft?
known-unknown = hat niemand gesagt
known-yes = ja, geprüft
known-no = nein, noch nicht
known-do = Festhalten

## Warum eine Antwort steht

stop-paused = Der Versand ist angehalten.
stop-erased = Der Text wurde gelöscht.
stop-text-changed = Der Text ist nicht mehr der freigegebene.
stop-not-approved = Die Freigabe gilt nicht mehr.
stop-guard = Die Prüfung sperrt ihn jetzt.
stop-rules = Die Regeln erlauben es nicht mehr.
stop-post-edited = Der Beitrag wurde inzwischen geändert.
stop-post-deleted = Der Beitrag wurde inzwischen gelöscht.
stop-thread-changed = Ein anderer Beitrag des Gesprächs wurde inzwischen geändert oder gelöscht.
stop-not-looked-at = Der Kanal zeigt den Beitrag nicht. So ist nicht zu sehen, ob er geändert wurde.
stop-refused = Der Kanal lehnt ihn ab.
stop-unsure = Der Kanal hat nicht geantwortet. Wir sehen nach, ob er angekommen ist.
stop-rate-limited = Der Kanal bittet um Geduld.
stop-signed-out = Der Kanal hat uns abgemeldet.
stop-person = Zurückgeholt.
stop-taken-down = Sie wurde abgenommen.

## Warum etwas nicht geschah

undone-text-missing = Es fehlt noch ein Text.
undone-text-too-long = Der Text ist zu lang für diesen Kanal. Er bleibt als Entwurf erhalten.
undone-draft-not-open = Dieser Entwurf ist nicht mehr offen.
undone-draft-not-asked = Für diesen Entwurf wird keine Freigabe mehr erbeten.
undone-draft-changed = Der Entwurf ist nicht mehr der, den Sie gesehen haben.
undone-text-changed = Der Text ist nicht mehr der geprüfte.
undone-case-changed = Jemand hat den Fall geändert, nachdem diese Seite entstand.
undone-post-changed = Es gibt einen neueren Beitrag als den, auf den dieser Entwurf antwortet. Bitte ansehen und neu um Freigabe bitten.
undone-rules-do-not-permit = Keine Regel erlaubt diese Antwort jetzt. Sie bleibt als Entwurf erhalten.
undone-rules-failing = Eine Regel lässt sich nicht auswerten. Bis sie in Ordnung ist, wird nichts gesagt.
undone-own-draft = Das haben Sie geschrieben. Freigeben muss es jemand anderes.
undone-warnings-unconfirmed = Es gibt Hinweise. Bitte lesen Sie sie und bestätigen Sie, dass Sie dafür einstehen.
undone-guard-blocks = Die Prüfung sperrt diesen Text.
undone-note-missing = Bitte schreiben Sie einen Satz.
undone-reason-missing = Die Begründung fehlt. Ein Satz genügt.
undone-reply-has-left = Die Antwort ist schon hinausgegangen.
undone-reply-is-leaving = Die Antwort geht gerade hinaus.
undone-reply-not-out = Die Antwort steht nicht auf dem Kanal.
undone-channel-not-connected = Der Kanal ist nicht verbunden.
undone-time-is-past = Diese Zeit ist vorbei.
undone-time-unclear = Das ist kein Datum mit Uhrzeit.
undone-case-not-held = Der Fall wird nicht mehr gehalten.
undone-no-escalation = Hier ist nichts mehr weitergegeben.
undone-taken-already = Jemand anderes hat es übernommen.
undone-assignee-has-no-role = Diese Person hat an diesem Haus keine Rolle.
undone-escalation-not-taken = Zuerst muss es jemand übernehmen.
undone-label-gone = Der Vermerk ist schon fort.
undone-not-paused = Der Versand läuft schon wieder.
undone-findings = Was die Prüfung fand, ließ sich nicht festhalten.
undone-decision-wrong = Die Entscheidung war falsch
undone-message-refused = Diese Nachricht wurde abgewiesen. Der Sender muss sie berichtigen und noch einmal schicken.
undone-message-waits = Diese Nachricht wartet schon.
undone-message-erased = Der Schlüssel dieser Nachricht wurde gelöscht. Niemand kann sie mehr lesen.
undone-filing-changed = Dieses Dokument hat inzwischen jemand anderes geändert, oder es ist kein liegengebliebenes mehr.
undone-filing-revoked = Die Einwilligung wurde zurückgenommen. Das Dokument zeigt und ändert hier niemand mehr.
undone-filing-erased = Der Schlüssel dieses Dokuments wurde gelöscht. Niemand kann es mehr lesen.
undone-filing-unchanged = Es ist nichts geändert.
undone-title-missing = Der Titel fehlt.
undone-title-too-long = Der Titel ist länger als 200 Zeichen oder mehr als eine Zeile.
undone-lines-missing = Der Text fehlt.
undone-identifier-missing = Mindestens eine Kennung des Patienten muss angekreuzt sein.
undone-visit-unknown = Diesen Aufenthalt hat der Patient nicht.

## Was einem Kanal fehlt

trouble-timed-out = Keine Antwort in der Zeit.
trouble-unreachable = Keine Verbindung.
trouble-server-error = Der Server meldet eine Störung.
trouble-malformed = Die Antwort war nicht zu verstehen.
trouble-refused = Der Server lehnt ab.
trouble-rate-limited = Der Server bittet um Geduld.
trouble-signed-out = Das Passwort wird nicht angenommen.

## Wer spricht

speaker-patient = Patientin oder Patient
speaker-relative = jemand aus der Familie
speaker-staff = jemand aus dem Personal
speaker-journalist = Presse
speaker-lawyer = Anwältin oder Anwalt
speaker-public = jemand aus der Öffentlichkeit

## Was auf einer Anbindung geschieht

linknews-connected = Verbindungen von Sendern
linknews-not-allowed = Ein Sender hat eine Adresse, die hier nicht sprechen darf.
linknews-too-many = Es sind schon so viele Sender verbunden, wie erlaubt sind.
linknews-tls-refused = TLS kam nicht zustande: kein Zertifikat oder eines, dem nicht geglaubt wird.
linknews-not-mllp = Was kam, ist kein MLLP, oder eine Nachricht ist zu lang.
linknews-too-slow = Eine Nachricht begann und endete nicht rechtzeitig.
linknews-broken-off = Eine Nachricht begann, und die Verbindung brach ab.
linknews-stray-bytes = Zwischen Nachrichten standen fremde Zeichen.
linknews-without-cr = Ein Rahmen endete ohne sein Zeilenende.
linknews-unreadable-frame = Ein Rahmen enthielt keine Nachricht.
## Warum ein Dokument nicht in die Akte kam

filingcode-unreachable = Dort hört niemand zu.
filingcode-no-tls = TLS kam nicht zustande: kein Zertifikat oder eines, dem nicht geglaubt wird.
filingcode-closed = Der Empfänger schloss die Verbindung, ohne zu antworten.
filingcode-timed-out = Keine Antwort in der Zeit.
filingcode-other-message = Die Antwort galt einer anderen Nachricht.
filingcode-not-understood = Die Antwort ist nicht zu verstehen.
filingcode-refused = Der Empfänger lehnt es ab.
filingcode-erased = Der Schlüssel des Dokuments wurde gelöscht.
filingcode-not-permitted = Verknüpfung oder Einwilligung gibt es nicht mehr.
filingcode-consent-revoked = Die Einwilligung wurde zurückgenommen.
filingcode-person = Jemand vom Haus hat es verworfen.
filingcode-tls-refused = TLS kam nicht zustande: kein Zertifikat oder eines, dem nicht geglaubt wird.
filingcode-busy = Der Server hat Mühe oder bittet um Geduld.
filingcode-signed-out = Der Server lässt Bedside nicht ein.
filingcode-no-system = FHIR hat für keine der Nummern einen Namen: [[site]] systems.
filingcode-patient-unknown = Dort kennt niemand die Nummer.
filingcode-patient-ambiguous = Die Nummer gehört dort mehreren.
filingcode-wrong-chart = Die Nummer gehört dort jemandem mit anderem Geburtstag.
filingcode-birth-date-missing = Ohne Geburtstag ist nicht zu sehen, ob es die richtige Akte ist.
filingcode-no-place = Dafür hat das System keinen Platz.
filingcode-cannot-cancel = Von hier aus ist es dort nicht zurückzunehmen.
filingcode-unclear = Ob der Server es hat, ist unklar: erst dort nachsehen.
filingcode-overtaken = Inzwischen ist der Akte etwas anderes zu sagen.
filingcode-not-stored = Was der Server sagte, konnte hier nicht gespeichert werden.

## Was eine Anbindung spricht

filingact-file = ablegen
filingact-cancel = zurücknehmen
filingact-consent = Einwilligung melden
filingact-consent-end = Ende der Einwilligung melden
filingact-task = Wartendes melden
filingact-task-end = Erledigtes melden
filingact-flag = Sicherheitshinweis melden
filingact-flag-end = Ende des Sicherheitshinweises melden
linkkind-hl7-in = HL7 v2 über MLLP
linkkind-hl7-out = HL7 v2 über MLLP
linkkind-fhir = FHIR R4

## Warum eine Nachricht abgewiesen oder nicht eingespielt wurde

msgcode-segment-sequence = Ein Segment fehlt, das dieses Ereignis braucht.
msgcode-required-field-missing = Ein Feld ist leer, das dieses Ereignis braucht.
msgcode-data-type = Nur der Kopf ist zu lesen, das Übrige nicht.
msgcode-unknown-sender = Von dieser sendenden Anwendung oder Einrichtung nimmt die Anbindung nichts an.
msgcode-unsupported-type = Die Nachricht sagt nicht, was sie ist.
msgcode-unsupported-event = Dieses Ereignis wird nicht angenommen.
msgcode-unsupported-processing-id = Diese Verarbeitungskennung wird nicht angenommen.
msgcode-unsupported-version = Diese Version wird nicht angenommen.
msgcode-unknown-key = Wovon sie spricht, ist hier nicht bekannt.
msgcode-duplicate-key = Wovon sie spricht, ist schon bekannt.
msgcode-record-locked = Wovon sie spricht, wird gerade geändert.
msgcode-internal = Bedside ist gescheitert.
msgcode-unreadable = Was gespeichert wurde, lässt sich nicht mehr lesen.
msgcode-erased = Der Schlüssel dieses Patienten wurde gelöscht.
msgcode-no-identifier = Sie nennt niemanden: Es fehlt eine Kennung.
msgcode-no-key = Für einen neuen Patienten ließ sich kein Schlüssel anlegen.
msgcode-no-visit-number = Sie nennt keinen Aufenthalt: Es fehlt eine Fallnummer.

## Was eine Nachricht sagt

told-person = Angaben zu einem Menschen werden erneuert.
told-remove = Ein Mensch wird aus der Akte genommen.
told-visit-begin = Ein Aufenthalt beginnt oder wird angekündigt.
told-visit-update = Angaben zu einem Aufenthalt werden erneuert.
told-visit-move = Jemand wird verlegt, oder doch nicht.
told-visit-end = Ein Aufenthalt endet.
told-visit-reopen = Ein Aufenthalt endete doch nicht.
told-visit-cancel = Einen Aufenthalt gab es nie.
told-merge = Zwei Akten eines Menschen werden eine.
told-move-visits = Ein Aufenthalt geht zu einem anderen Menschen oder bekommt eine andere Nummer.
told-move-ids = Kennungen gehen zu einem anderen Menschen.
told-change-id = Die Kennung eines Menschen ändert sich.
told-link = Zwei Akten sollen derselbe Mensch sein.
told-unlink = Zwei Akten sollen nicht derselbe Mensch sein.
told-several = Zwei Patienten tauschen die Plätze.
told-nothing = Nichts, was Bedside behält.

## Mängel von Nachrichten

flaw-byte-order-mark = Vor der Nachricht steht eine Bytereihenfolge-Marke.
flaw-framing = In der Nachricht stehen Zeichen eines Rahmens.
flaw-preamble = Vor MSH steht etwas.
flaw-batch = Die Nachricht kam in einem Stapel oder Dateiumschlag.
flaw-line-feed = Segmente enden mit Zeilenvorschub statt Wagenrücklauf.
flaw-blank-line = Zwischen Segmenten steht eine leere Zeile.
flaw-no-final-return = Hinter dem letzten Segment fehlt der Wagenrücklauf.
flaw-indented = Vor dem Namen eines Segments stehen Leerzeichen.
flaw-broken-line = Ein Zeilenende in einem Feld ist nicht maskiert.
flaw-glued-segment = Vor einem Segment fehlt das Zeilenende.
flaw-delimiters = Die Trennzeichen sind unvollständig oder doppelt.
flaw-charset-unknown = Der angegebene Zeichensatz ist nicht bekannt.
flaw-charset-missing = Es gibt Zeichen außerhalb von ASCII, und kein Zeichensatz ist angegeben.
flaw-charset-wrong = Der Text steht nicht im angegebenen Zeichensatz.
flaw-charset-broken = Einige Zeichen sind beschädigt und nicht zu lesen.
flaw-no-control-id = Die Nachricht hat keine Nachrichtennummer.
flaw-no-type = Der Nachrichtentyp fehlt.
flaw-no-trigger = Das Ereignis fehlt im Kopf.
flaw-no-version = Die Version fehlt.
flaw-no-structure = Die Nachrichtenstruktur fehlt.
flaw-event-disagrees = Das Segment EVN nennt ein anderes Ereignis als der Kopf.
flaw-segment-missing = Ein Segment fehlt, das dieses Ereignis verlangt.
flaw-field-missing = Ein Feld ist leer, das dieses Ereignis verlangt.
flaw-time-impossible = Ein Datum oder eine Uhrzeit gibt es nicht.
flaw-time-malformed = Ein Datum oder eine Uhrzeit hat nicht die Form von HL7.
flaw-code-unknown = Ein Schlüsselwert steht nicht in der Tabelle des Standards.
flaw-no-authority = Eine Kennung sagt nicht, wer sie vergab.
flaw-too-many = Es gibt mehr Wiederholungen oder Segmente, als eine Nachricht braucht. Die letzten werden nicht gelesen.
flaw-check-digit = Die Prüfziffer einer Kennung stimmt nicht.
## Die private Tür: was Besucher lesen

door-title = Ein Gespräch unter uns
door-hello = Guten Tag. Gut, dass Sie da sind.
door-hello-body = Was Sie hier schreiben, steht nicht im Netz. Es lesen nur Sie und die Menschen bei { $site }, die Nachrichten beantworten.
door-hello-free = Sie müssen jetzt nichts ausfüllen. Sie können die Seite jederzeit schließen.
door-help-title = Das ist kein Notdienst.
door-help-slow = Es kann dauern, bis jemand Ihre Nachricht liest.
door-help-life = Geht es um Leben und Tod? Rufen Sie an:
door-help-talk = Jemand zum Reden, Tag und Nacht, kostenlos:
door-choose = An welches Haus möchten Sie schreiben?
door-knock-title = Zeigen Sie zuerst, dass das Konto Ihnen gehört
door-knock-body = Sie bekommen einen kurzen Code und schicken ihn von Ihrem Konto an unseres. Dann wissen wir, dass Sie es sind, und niemand anderes kann in Ihrem Namen schreiben.
door-knock-channel = Wo ist Ihr Konto?
door-knock-handle = Wie heißt Ihr Konto dort?
door-knock-handle-hint = Zum Beispiel @petra oder @petra@social.example
door-knock-handle-missing = Bitte schreiben Sie, wie Ihr Konto heißt.
door-knock-do = Code holen
door-knock-trace = Bis Sie den Knopf drücken, setzen wir kein Cookie und behalten nichts.
door-no-channel = Zurzeit lässt sich hier nicht zeigen, dass ein Konto Ihnen gehört. Bitte rufen Sie uns an.
door-code-title = Ihr Code
door-code-send = Schicken Sie diesen Code von Ihrem Konto an unser Konto bei { $channel }, am besten als private Nachricht. Mehr muss nicht darin stehen.
door-code-until = Er gilt bis { $at }.
door-code-warn = Schicken Sie ihn nur, wenn Sie diese Seite selbst geöffnet haben. Hat jemand anderes Ihnen den Code gegeben, schicken Sie ihn nicht: Er könnte sonst in Ihrem Namen schreiben.
door-code-sent = Ich habe ihn geschickt
door-code-waiting = Wir haben ihn noch nicht gelesen. Das kann eine Minute dauern. Drücken Sie dann noch einmal.
door-code-over = Dieser Code ist abgelaufen. Holen Sie einen neuen.
door-restart = Von vorn beginnen
door-pass-title = Sie sind zu einem Gespräch unter uns eingeladen
door-pass-body = Dieser Link gilt einmal. Öffnen Sie das Gespräch nur auf einem Gerät, das Ihnen gehört.
door-pass-do = Gespräch öffnen
door-pass-gone = Dieser Link gilt nicht mehr: Er wurde benutzt oder ist älter als ein Tag. Mit einem Code von Ihrem Konto kommen Sie herein.
door-pass-other = Mit einem Code hereinkommen
door-for-title = Für wen schreiben Sie?
door-for-note = Wenn Sie für jemand anderen schreiben, sprechen wir gern mit Ihnen. Mit einer Akte verknüpfen wir nichts, solange nicht dieser Mensch selbst oder seine gesetzliche Vertretung eingewilligt und jemand vom Haus das gesehen hat.
door-for-missing = Bitte wählen Sie eines.
door-for-do = Weiter
door-for-change = Ändern
door-talk-title = Unser Gespräch
door-talk-for = Sie schreiben { $for }.
door-talk-none = Noch ist nichts geschrieben.
door-you = Sie
door-name = Wie dürfen wir Sie ansprechen?
door-name-hint = Das darf leer bleiben.
door-text = Was möchten Sie uns sagen?
door-text-hint = So viel oder so wenig, wie Sie mögen.
door-file = Eine Datei dazulegen
door-file-hint = PDF, JPEG, PNG oder WebP, bis 5 MB.
door-file-line = { $kind }, { $size } kB
door-send = Absenden
door-told-sent = Abgeschickt. Wir antworten hier, auf dieser Seite.
door-told-allowed = Notiert. Zurücknehmen können Sie es hier jederzeit.
door-told-revoked = Zurückgenommen. Ab jetzt gilt es nicht mehr.
door-told-asked = Danke. Jemand vom Haus kümmert sich darum.
door-told-unlinked = Aufgehoben. Ihr Konto ist mit keiner Akte verknüpft.
door-told-letter = Wenn in der genannten Akte eine E-Mail-Adresse steht, ist ein Code dorthin unterwegs.
door-told-linked = Bestätigt. Ihr Konto ist mit Ihrer Akte verknüpft. Wir haben Ihnen das auch an die Adresse in der Akte geschrieben.
door-may-title = Was dürfen wir tun?
door-may-body = Jede Erlaubnis gilt für sich. Ohne Haken tun wir es nicht, und Sie haben keinen Nachteil.
door-may-final = Zurücknehmen können Sie alles hier, jederzeit. Was bis dahin in Ihrer Akte abgelegt wurde, bleibt dort: Das Gesetz verlangt, dass wir es aufbewahren.
door-may-do = Erlauben, was angekreuzt ist
door-may-none = Bitte kreuzen Sie an, was wir dürfen.
door-may-since = Erlaubt seit { $at }.
door-may-revoke = Zurücknehmen
purpose-link-body = Damit wir wissen, mit wem wir sprechen, und hier über die Behandlung reden können. Jemand vom Haus vergewissert sich vorher, dass Sie es sind.
purpose-care-team-body = Ärztinnen, Ärzte und Pflegende, die Sie behandeln, sehen es dann in Ihrer Akte.
purpose-contact-body = Wir dürfen Ihnen auf dieser Seite schreiben, auch wenn Sie nicht zuerst gefragt haben.
door-link-title = Ihre Akte
door-link-body = Sagen Sie uns, welche Akte Ihre ist. Bis sich jemand vom Haus vergewissert hat, zeigen wir hier nichts aus einer Akte und legen nichts ab.
door-link-body-other = Sagen Sie uns, wessen Akte es ist. Verknüpft wird nichts, bis jemand vom Haus die Einwilligung des Patienten, der Patientin oder der gesetzlichen Vertretung gesehen hat.
door-link-kind = Welche Nummer haben Sie?
door-link-number = Die Nummer
door-link-birth = Geburtsdatum
door-link-do = Um Verknüpfung bitten
door-link-claimed = Sie haben am { $at } um die Verknüpfung gebeten. Jemand vom Haus kümmert sich darum. Bis dahin zeigen wir hier nichts aus einer Akte und legen nichts ab.
door-link-confirmed = Die Verknüpfung wurde am { $at } bestätigt.
door-link-refused = Die Verknüpfung kam nicht zustande. Schreiben Sie uns hier, wenn Sie Fragen haben.
door-link-undo = Verknüpfung aufheben
door-link-undo-hint = Damit nehmen Sie auch die Erlaubnis zurück.
door-link-asked = Ich bitte darum, mein Konto mit einer Akte zu verknüpfen.
door-letter-title = Selbst bestätigen
door-letter-body = Wir können einen Code an die E-Mail-Adresse schicken, die in der Akte steht. Ob dort eine steht, sagen wir hier nicht.
door-letter-do = Code schicken
door-letter-code = Der Code aus der E-Mail
door-letter-code-hint = Er gilt 30 Minuten.
door-letter-enter = Bestätigen
door-letter-wrong = Dieser Code passt nicht. Er gilt 30 Minuten und fünf Versuche; Sie können einen neuen anfordern.
door-leave = Gespräch verlassen
door-leave-hint = Dann kann es auf diesem Gerät niemand mehr lesen. Um wiederzukommen, brauchen Sie einen neuen Code.
door-locked = Zu viele Versuche. Bitte versuchen Sie es um { $at } wieder.
door-nothing = Hier ist nichts
door-nothing-body = Die Adresse stimmt nicht, oder die Seite war zu lange offen.
door-unclear = Das konnten wir nicht lesen
door-unclear-body = Bitte gehen Sie zurück und versuchen Sie es noch einmal. Eine Datei darf bis zu 5 MB groß sein.
door-broken = Bei uns ist etwas kaputtgegangen
door-broken-body = Was Sie vorher geschickt haben, ist nicht verloren. Bitte versuchen Sie es in ein paar Minuten wieder.
door-to-start = Zum Anfang
door-undo-title = Verknüpfung mit Ihrer Akte aufheben
door-undo-body = Wenn Sie den Knopf drücken, ist das Konto nicht mehr mit Ihrer Akte verknüpft, und die Erlaubnis dazu endet. Sie müssen nicht sagen, warum.
door-undo-stays = Was bis dahin in die Akte übernommen wurde, bleibt dort: Das Gesetz verpflichtet uns, es aufzubewahren.
door-undo-do = Verknüpfung aufheben
door-undo-done = Aufgehoben. Dadurch ist kein Konto mehr mit Ihrer Akte verknüpft.
door-undo-over = Hier gibt es nichts aufzuheben: Die Verknüpfung wurde schon aufgehoben, oder die Adresse ist nicht vollständig.
door-undo-write = Uns privat schreiben

## Die private Tür: was die Redaktion liest

door-side = Private Tür
door-side-same = Dieselbe Person wie { $who } bei { $channel }
door-side-talk = Spricht mit uns privat
door-side-for = Schreibt
door-side-consents = Hat erlaubt
door-side-no-consent = nichts
door-side-consent-since = { $what }, seit { $at }
door-side-link = Verknüpfung mit einer Akte
door-side-no-link = nicht erbeten
door-side-birth = Geburtsdatum
door-side-index = Patientenverzeichnis
door-side-known = kennt jemanden mit dieser Nummer und diesem Tag
door-side-unknown = kennt niemanden mit dieser Nummer und diesem Tag
door-side-settled = { $how }, { $who }, { $at }: { $why }
door-side-by-themselves = die Patientin oder der Patient
door-side-settled-alone = { $how }, { $who }, { $at }
door-side-told = Patient benachrichtigt
door-side-confirm-ask = Verknüpfung bestätigen…
door-side-confirm-body = Ihr Name und Ihre Begründung bleiben bei der Verknüpfung. Die Person sieht, dass jemand vom Haus bestätigt hat, und kann sie aufheben.
door-side-how = Wie haben Sie sich vergewissert?
door-side-representative = Die Einwilligung des Patienten, der Patientin oder der gesetzlichen Vertretung habe ich gesehen
door-side-representative-hint = Hier schreibt jemand für einen anderen Menschen oder ist jünger, als die Regel des Hauses erlaubt.
door-side-confirm-do = Bestätigen
door-side-refuse-ask = Verknüpfung ablehnen…
door-side-refuse-do = Ablehnen
door-side-reason = Begründung
door-invite-ask = Einmal-Link zur Tür…
door-invite-body = Der Link lässt herein, wer ihn öffnet: einmal, binnen eines Tages. Er gehört in eine private Antwort und nirgendwohin sonst.
door-invite-do = Link anlegen
door-invite-made = Nur jetzt zu sehen:
post-door-code = Code für die private Tür
post-file-get = Herunterladen: { $kind }, { $size } kB
verb-door = Privat antworten
purpose-link = Mein Konto mit meiner Akte verknüpfen
purpose-care-team = Mein Behandlungsteam darf dieses Gespräch sehen
purpose-contact = Mich hier anschreiben
speaks-for-myself = für sich selbst
speaks-for-child = für Ihr Kind
speaks-for-relative = für einen Menschen, den Sie pflegen, oder für Angehörige
speaker-at-door-myself = für sich selbst
speaker-at-door-child = für das eigene Kind
speaker-at-door-relative = für einen gepflegten Menschen oder Angehörige
choice-for-myself = Für mich selbst
choice-for-child = Für mein Kind
choice-for-relative = Für einen Menschen, den ich pflege, oder für Angehörige
identifier-mrn = Patientennummer des Krankenhauses
identifier-case-number = Fallnummer eines Aufenthalts
identifier-kvnr = Versichertennummer der Krankenkasse (ein Buchstabe, neun Ziffern)
link-claimed = behauptet
link-confirmed = bestätigt
link-refused = abgelehnt
link-undone = von der Person aufgehoben
way-in-person = Persönlich gesehen
way-recorded-phone = Unter der Nummer in der Akte angerufen
way-document = Durch ein Dokument
way-recorded-mail = Durch einen Code an die E-Mail-Adresse in der Akte
way-refused = Abgelehnt
letter-waiting = Brief ist unterwegs
letter-sent = per E-Mail an die Adresse in der Akte
letter-forbidden = nein: ein Merkmal verbietet es
letter-refused = nein: der Mailserver weist die Adresse ab
letter-no-address = nein: in der Akte steht keine E-Mail-Adresse
logged-door-invited = Zur privaten Tür eingeladen
logged-door-proven = Konto an der privaten Tür nachgewiesen
logged-link-claimed = Verknüpfung mit einer Akte erbeten
logged-link-confirmed = Verknüpfung mit einer Akte bestätigt
logged-link-refused = Verknüpfung mit einer Akte abgelehnt
logged-link-undone = Verknüpfung mit einer Akte aufgehoben
logged-consent-given = Einwilligung gegeben
logged-consent-revoked = Einwilligung zurückgenommen
logged-exchange-read = Über FHIR gelesen
logged-exchange-sent = Über FHIR oder Webhook mitgeteilt
logged-exchange-dropped = Nicht mehr mitgeteilt
logged-exchange-failed = Mitteilung nicht möglich
logged-client-signed-in = Client angemeldet
logged-client-refused = Client abgewiesen
logged-subscription-set = Benachrichtigung bestellt
logged-subscription-removed = Benachrichtigung abbestellt
undone-speaks-for-missing = Bitte sagen Sie zuerst, für wen Sie schreiben.
undone-file-too-large = Die Datei ist größer als 5 MB.
undone-file-kind = Solche Dateien nehmen wir nicht an, nur PDF, JPEG, PNG und WebP.
undone-number-unclear = Das kann keine solche Nummer sein. Bitte sehen Sie noch einmal nach.
undone-day-unclear = Das kann nicht der Geburtstag sein. Bitte sehen Sie noch einmal nach.
undone-consent-missing = Die Einwilligung in die Verknüpfung fehlt oder wurde zurückgenommen.
undone-way-missing = Bitte sagen Sie, wie Sie sich vergewissert haben.
undone-representative-missing = Hier schreibt jemand für einen anderen Menschen oder ist zu jung: Die Einwilligung des Patienten, der Patientin oder der gesetzlichen Vertretung muss gesehen worden sein.
undone-link-changed = Die Verknüpfung wurde inzwischen aufgehoben oder erledigt.
undone-too-many-messages = So viel auf einmal können wir nicht lesen. Bitte warten Sie ein wenig.
undone-not-private = Ein Einmal-Link darf nur in eine private Nachricht.
undone-no-letters = Hier kann derzeit kein Brief verschickt werden.
undone-too-many-codes = Heute wurden schon drei Codes geschickt. Bitte versuchen Sie es morgen noch einmal, oder schreiben Sie uns hier.

# Was eine Akte über FHIR von einem Gespräch liest
fhir-task = Gespräch { $number } über { $channel }
fhir-task-now = wartet auf die Kommunikation
fhir-task-in-hand = in Arbeit
fhir-task-held = gehalten
fhir-task-held-until = gehalten bis { $at }
fhir-task-silent = keine Antwort, nach den Regeln
fhir-task-done = abgeschlossen

# In der Akte
chart-ago-now = gerade eben
chart-ago-minutes = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
}
chart-ago-hours = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
}
chart-ago-days = { $count ->
    [one] vor 1 Tag
   *[other] vor { $count } Tagen
}
chart-stands-escalated = wartet auf: { $to }
chart-stands-in-hand = jemand hat übernommen
chart-stands-desk = wartet auf die Redaktion
chart-stands-held = wird gehalten bis { $at }
chart-stands-silent = bleibt ohne Antwort
chart-stands-answered = beantwortet
chart-stands-closed = abgeschlossen
chart-card-wrote = Schrieb uns { $ago } bei { $channel }, { $stands }
chart-card-wrote-door = Schrieb uns { $ago } an der privaten Tür, { $stands }
chart-card-consent = Eingewilligt seit { $since }: Das Behandlungsteam darf diese Gespräche sehen.
chart-card-source = Bedside, { $site }
chart-card-open = Gespräche ansehen
chart-card-desk = Fall an der Redaktion öffnen
chart-card-known = Ist mir bekannt
chart-card-not-now = Jetzt nicht
chart-front = Gespräche in der Akte
chart-front-body = Hier sehen Behandelnde, was ihre Patientinnen und Patienten dem Haus geschrieben haben, wenn diese eingewilligt haben. Melden Sie sich mit Ihrem Zugang zur Akte an.
chart-front-at = Anmelden bei { $name }
chart-list = Gespräche mit dem Haus
chart-consent = Eingewilligt seit { $since }: Das Behandlungsteam darf diese Gespräche sehen.
chart-nothing = Hier ist nichts, was Sie sehen dürfen
chart-nothing-body = Entweder hat dieser Mensch uns nicht geschrieben, oder er hat nicht eingewilligt, dass das Behandlungsteam es sieht. Was von beidem zutrifft, steht hier nicht.
chart-private = privat
chart-door = Private Tür
chart-talk = Gespräch bei { $channel }
chart-talk-door = Gespräch an der privaten Tür
chart-back = Alle Gespräche
chart-writes-self = Patient oder Patientin
chart-writes-child = Schreibt für ihr oder sein Kind
chart-writes-relative = Schreibt für einen Angehörigen oder gepflegten Menschen
chart-see-there = Auf der Plattform ansehen
chart-care = An die Redaktion
chart-note = Notiz
chart-note-hint = Nur die Redaktion liest sie. Sie bringt den Fall dort wieder nach vorn.
chart-note-do = Notiz senden
chart-note-mark = Notiz
chart-told-noted = Die Redaktion hat Ihre Notiz.
chart-told-suggested = Die Redaktion hat Ihren Vorschlag. Hinaus geht er erst, wenn ihn jemand dort übernimmt und eine zweite Person ihn freigibt.
chart-suggest-ask = Antwort vorschlagen…
chart-suggest = Ihr Vorschlag
chart-suggest-hint = Die Antwort steht öffentlich. Sie darf nicht erkennen lassen, dass jemand hier behandelt wird. Die Redaktion übernimmt oder ändert sie, eine zweite Person gibt sie frei.
chart-suggest-hint-door = Nur dieser Mensch und das Haus lesen die Antwort. Die Redaktion übernimmt oder ändert sie, eine zweite Person gibt sie frei.
chart-suggest-do = Vorschlag senden
chart-suggest-blocked = So kann das nicht hinaus. Nichts wurde gesendet.
chart-suggested-open = liegt bei der Redaktion
chart-suggested-taken = als Entwurf übernommen
chart-suggested-aside = nicht verwendet
chart-nameless = Ohne Namen
chart-born = geb. { $day }
chart-compare = So nennt die Akte diesen Menschen. Stimmt es nicht mit der Akte daneben überein, schließen Sie diese Ansicht.
chart-until = { $who }, angemeldet bis { $at }
chart-leave = Abmelden
chart-not-configured = Diese Akte ist hier nicht eingerichtet
chart-not-configured-body = Wer Bedside betreut, kann sie eintragen. Bis dahin wird nichts gezeigt.
chart-no-answer = Die Akte antwortet nicht, wie sie sollte
chart-no-answer-body = Es wurde nichts gezeigt. Versuchen Sie es in einigen Minuten noch einmal; bleibt es so, weiß die Integration des Hauses mehr.
chart-stale = Diese Anmeldung gilt nicht mehr
chart-again-body = Öffnen Sie die Anwendung noch einmal aus der Akte.
chart-denied = Die Akte hat die Anmeldung abgelehnt
chart-not-believed = Die Anmeldung ließ sich nicht prüfen
chart-not-believed-body = Was die Akte über die Anmeldung sagt, passt nicht zusammen. Es wurde nichts gezeigt. Die Integration des Hauses findet den Grund im Protokoll des Programms.
chart-not-staff = Nur für Behandelnde
chart-not-staff-body = Die Akte nennt niemanden vom Behandlungsteam. Wer selbst mit dem Haus sprechen möchte, findet die private Tür.
chart-no-patient = Kein Mensch ausgewählt
chart-no-patient-body = Öffnen Sie die Anwendung aus der Akte eines Menschen, oder wählen Sie bei der Anmeldung einen aus.
chart-over = Diese Sitzung ist zu Ende
chart-not-found = Hier ist nichts
chart-unclear = Das ließ sich nicht verstehen
chart-broken = Etwas ist schiefgegangen
care = Vom Behandlungsteam
row-care = Behandlungsteam hat geschrieben
care-note = Notiz
care-suggestion = Antwortvorschlag
care-warned = Prüfung: Hinweis
care-replaces = Der Vorschlag tritt an die Stelle des Entwurfs, der hier liegt.
care-take = Als Entwurf übernehmen
care-set-aside = Beiseitelegen
care-taken = { $who } hat ihn { $at } als Entwurf übernommen.
care-aside = { $who } hat ihn { $at } beiseitegelegt.
logged-card-shown = Karte in der Akte gezeigt
logged-chart-opened = In der Akte angesehen
logged-care-noted = Notiz des Behandlungsteams
logged-care-suggested = Antwortvorschlag des Behandlungsteams
logged-suggestion-taken = Vorschlag als Entwurf übernommen
logged-suggestion-set-aside = Vorschlag beiseitegelegt
logged-checks-spent = Mehr Entwürfe in einer Stunde geprüft, als jemand schreibt
undone-checks-spent = Sie haben in einer Stunde so viele Texte prüfen lassen, dass vorerst nichts mehr von Ihnen geprüft werden kann. Warten Sie eine Stunde, oder jemand anderes übernimmt den Entwurf.
logged-second-opinion = Zweite Meinung eines Modells
logged-model-asked = Modell um einen Entwurf gebeten
logged-model-answered = Was das Modell geantwortet hat
undone-suggestion-settled = Jemand anderes hat diesen Vorschlag schon übernommen oder beiseitegelegt.

# Benachrichtigungen und Webhooks
told-title = Wer sonst Mitteilungen bekommt
told-hook = Webhook
told-subscription = FHIR-Benachrichtigung
told-last = Zuletzt erreicht
told-failing = Nicht erreichbar seit
told-waiting = Wartet auf Mitteilung
told-sent = In 30 Tagen mitgeteilt
told-dead = Aufgegeben
told-dropped = Verworfen (Widerruf)
told-trouble-body = Es geht nichts verloren: Es wird in derselben Reihenfolge wieder versucht.
told-off-body = Dorthin geht nichts mehr. Wer wieder da ist, bestellt neu.
told-why-unreachable = Keine Verbindung.
told-why-timed-out = Keine Antwort in der vorgesehenen Zeit.
told-why-rate-limited = Die Gegenseite bittet um Geduld.
told-why-signed-out = Die Gegenseite erkennt uns nicht an: Die Anmeldung in der Bestellung oder das Geheimnis stimmt nicht.
told-why-server-error = Der Server der Gegenseite hat Schwierigkeiten.
told-why-refused = Die Gegenseite lehnt die Mitteilung ab.
told-why-malformed = Die Mitteilung lässt sich nicht absenden: Bitte Adresse und Geheimnis prüfen.
# --- Karten in der Akte, auf der Seite der Anbindung
cards-title = Karten in der Akte
cards-counts = Was aus ihnen wurde
cards-shown = Gezeigt
cards-accepted = Angenommen
cards-known = Verworfen: schon bekannt
cards-not-now = Verworfen: gerade nicht
cards-unnamed = Verworfen, ohne Grund
cards-none = Zu keiner Karte hat jemand etwas gemeldet.
cards-newest = Die neuesten Meldungen
cards-at = Zeit
cards-outcome = Meldung
cards-case = Fall
told-failing-count = { $count ->
    [one] Einer ist gerade nicht zu erreichen.
   *[other] { $count } sind gerade nicht zu erreichen.
}

# Was von einem Text zu sehen ist, bevor er geöffnet wird
soft-kind = Belastender Text: { $kind }.
soft-show = Zeigen
full-covered = Namen und Nummern sind verdeckt. Wer die Texte ganz öffnet, steht mit Namen im Protokoll.
full-do = Ganz öffnen
look-now = Jetzt ansehen
look-open = geöffnet, nicht übernommen
look-by = ungeöffnet, ruft { $at } die Bereitschaft, wenn niemand da ist
look-late = seit über einer halben Stunde ungeöffnet
look-case = Jemand könnte in Gefahr sein. Der Fall bleibt oben, bis ihn jemand übernimmt.
look-case-by = Ist niemand am Schreibtisch und öffnet ihn niemand, wird { $at } die Bereitschaft gerufen.
because-look-unopened = Eine halbe Stunde lang hat niemand nachgesehen, und niemand war am Schreibtisch.
urgency-none = eilt nicht
urgency-look-now = jetzt ansehen
urgency-page = weckt die Bereitschaft
role-desk-on-call = Bereitschaft der Redaktion

# Was gefunden wurde, und „Das ist falsch“
marks-on = Markierungen im Text
found-sum = { $count ->
    [0] So eingeordnet
    [one] So eingeordnet, eine Markierung
   *[other] So eingeordnet, { $count } Markierungen
 }
found-topic = Thema
found-signal = Markierung
found-urgency = Dringlichkeit
found-guard = Prüfung
found-sure = { $percent } % sicher
found-unsure = Unsicher: Kein Thema wurde mit genügend Gewissheit erkannt.
why-list = Wortliste { $list }, Zeile { $line }
why-pattern = Muster { $name }
why-model = gelerntes Modell, { $percent } % sicher
mark-wrong-ask = Das ist falsch
mark-missing-ask = Hier fehlt etwas
mark-wrong-title = Das ist falsch
mark-missing-title = Hier fehlt etwas
mark-found = Erkannt: { $what }
mark-right = Was wäre richtig?
mark-right-none = Nichts dergleichen
mark-what = Was hätte erkannt werden sollen?
mark-kind = Was hätte die Prüfung finden sollen?
mark-words = An welchen Worten?
mark-words-hint = So, wie sie im Text stehen. Bei einem Thema darf das leer bleiben.
mark-comment = Möchten Sie etwas dazu sagen?
mark-do = Als Beispiel behalten
mark-back = Zurück zum Fall
mark-what-for = Es wird mit dem Text als Beispiel zum Lernen versiegelt aufbewahrt und geht, wenn sein Verfasser gelöscht wird. Am Fall ändert es nichts.
mark-kept = Als Beispiel behalten. Danke.
guard-mended = Ausgebessert.
guard-mended-live = Ausgebessert. Strg+Z nimmt es zurück.
guard-undo = Zurücknehmen
nav-examples = Falsch erkannt
examples-total = { $count ->
    [one] ein Beispiel
   *[other] { $count } Beispiele
 }
examples-none = Niemand hat gesagt, dass etwas falsch erkannt wurde
examples-none-body = Am Fall steht „Das ist falsch“ neben allem, was erkannt wurde.
examples-body = Was Menschen der Redaktion als falsch erkannt oder als übersehen gemeldet haben. Texte bleiben versiegelt, hier stehen nur Arten und Zahlen.
examples-newest = Neueste
examples-counts = Wie oft
examples-col-what = Was
examples-col-wrong = falsch
examples-col-missing = übersehen
examples-wrong = falsch
examples-missing = übersehen
examples-erased = Text gelöscht
examples-export = Zum Lernen herausgeben
examples-export-body = Je Beispiel eine Zeile JSON mit dem Text des Beitrags. Nummern und Adressen sind verdeckt, wo sie nicht selbst gelernt werden. Im Protokoll steht, dass Sie es waren.
examples-export-do = Beispiele herunterladen
examples-export-not = Beispiele gibt der Datenschutz heraus.
logged-finding-wrong = Als falsch erkannt gemeldet
logged-examples-exported = Beispiele herausgegeben
logged-opened-in-full = Ganz geöffnet
logged-look-opened = Nachgesehen
logged-look-paged = Bereitschaft gerufen, niemand hatte nachgesehen
undone-words-missing = An welchen Worten hätte es erkannt werden sollen?
undone-words-not-found = Diese Worte stehen so nicht im Text.
undone-right-unknown = Dieses Wort steht nicht in der Liste.
me-softens = Belastende Texte zugeklappt lassen, bis ich sie öffne
me-softens-body = Ihre Art, was dringend ist und die Zeit bleiben sichtbar.
me-sounds = Ton, wenn sofort jemand nachsehen muss
me-sounds-body = Browser spielen ihn erst, nachdem Sie auf der Seite geklickt oder getippt haben.
me-sounds-try = Ton probieren
mark-choose = bitte wählen
mark-what-missing = Wählen Sie, was hätte erkannt werden sollen.

# Ein Modell im eigenen Netz, das Entwürfe vorschlägt
suggest-do = Von { $model } einen Entwurf vorschlagen lassen
suggest-why = Der Beitrag geht verdeckt hinaus, ins eigene Netz des Hauses. Was zurückkommt, steht unter Ihrem Namen; freigeben muss es jemand anderes.
suggest-as-written = Das hat das Modell { $model } geschrieben; noch kein Wort ist geändert. Wer um Freigabe bittet, steht dafür ein.
suggest-changed = Das hat das Modell { $model } begonnen; seither wurde es geändert.
suggest-refused = Die Prüfung hat den Vorschlag gesperrt. Niemand sieht ihn, und nichts davon wird aufgehoben.
suggest-refused-kinds = Gefunden: { $kinds }
suggest-too-long = Der Vorschlag war länger, als dieser Kanal erlaubt, und wurde verworfen.
suggest-unanswered = Das Modell hat nicht geantwortet. Es hat sich nichts geändert.
suggest-text-there = Sie haben schon zu schreiben begonnen. Ein Vorschlag träte an die Stelle Ihrer Worte; darum wurde das Modell nicht gefragt.
undone-suggest-off = Es ist kein Modell eingerichtet, das Entwürfe vorschlägt.
undone-suggest-draft-there = Es gibt schon einen Entwurf. Ein Vorschlag träte an seine Stelle.
undone-suggest-danger = Jemand könnte in Gefahr sein oder trauert. Diese Worte findet ein Mensch; kein Modell wird gefragt.
undone-suggest-no-speech = Hier ist jetzt nichts zu sagen; darum wird kein Modell gefragt.
undone-suggest-private = Was vertraulich gesagt wird, erfährt kein Modell.
signal-second = { $topic }, vorgeschlagen vom Modell { $model }

## Alarms

danger-suicide = Suizid oder Selbstverletzung
danger-emergency = Medizinischer Notfall
danger-threat = Drohung
danger-safeguarding = Kinder- und Opferschutz
danger-incident = Ereignis im Haus
danger-look = Ein Beitrag, den niemand angesehen hat
danger-other = Dringend
role-on-call = Bereitschaft
role-default = jedes andere Team
logged-alarm-called = Bereitschaft angerufen
logged-alarm-acknowledged = Alarm bestätigt
logged-alarm-raised = Alarm ausgelöst
logged-alarm-over = Alarm vorbei
logged-crisis-replied = Krisenantwort aus den freigegebenen Erklärungen gesendet
logged-crisis-read = Krisenantwort von einer zweiten Person gelesen
paths-title = Alarme kommen vielleicht nicht an.
paths-without-rota = Niemand wird gerufen für: { $who }.
paths-unproven = Seit 7 Tagen nicht erprobt: { $who }. Ein Probealarm erprobt es.
paths-failing = Anrufe kommen nicht durch: { $who }.
paths-mail = Der Mailserver nimmt seit { $at } keine Briefe.
path-by-mail = E-Mail
path-by-hook = Webhook
ack-title-case = Alarm { $case }
ack-title = Alarm
ack-title-test = Probealarm
ack-what = Worum es geht
ack-site = Haus
ack-team = Team
ack-since = Seit
ack-due = Übernehmen bis
ack-you = Sie sind
ack-channel = Der Kanal { $name } schweigt seit mehr als 10 Minuten
ack-mail = Der Mailserver nimmt keine Briefe
ack-incident = Ein Ereignis läuft, und noch keine Erklärung ist freigegeben
ack-test = Eine Probe des Weges zu Ihnen
ack-ask = Wenn Sie sich kümmern, sagen Sie es hier. Dann wird niemand sonst gerufen.
ack-ask-test = Bitte bestätigen Sie, dass die Probe bei Ihnen angekommen ist.
ack-do = Ich weiß es und kümmere mich
ack-do-test = Ist angekommen
ack-expired = Dieser Link ist zu alt. Eine spätere Nachricht enthält einen neuen; oder melden Sie sich am Desk an und übernehmen Sie den Fall dort.
ack-done = { $who } kümmert sich, { $at }. Niemand wird mehr gerufen.
ack-done-mine = Danke. Der Beitrag selbst und die nächsten Schritte stehen am Desk.
ack-over = Dieser Alarm ist vorbei, { $at }. Hier ist nichts mehr zu tun.
ack-to-desk = Zum Desk
ack-no-text = Diese Seite zeigt keinen Beitrag und keinen Namen dessen, der schrieb. Sie zu öffnen ändert nichts; das tut erst der Knopf.
ack-none-title = Hier ist kein Alarm
ack-none = Dieser Link ist keiner von uns, oder er wurde unterwegs abgeschnitten. Öffnen Sie ihn noch einmal aus der Nachricht, oder melden Sie sich am Desk an.
called-open = { $team }: { $count ->
    [one] 1 Anruf
   *[other] { $count } Anrufe
}, zuletzt { $at } bei { $who }. Noch hat niemand geantwortet.
called-nobody = { $team }: Niemand konnte gerufen werden. Es gibt keinen Bereitschaftsplan.
called-answered = { $team }: { $who } hat per Link gesagt, es zu wissen, { $at }.

## Crisis

crisis-title = Eine Krise: was zu tun ist
crisis-emergency = Notruf: { $number }
crisis-paused = Der Versand ist angehalten: Eine Antwort würde warten. Gehen Sie telefonisch vor, mit den Schritten unten.
crisis-steps = Schritte: { $danger }
crisis-source = Nach:
crisis-reply = Freigegebene Antwort
crisis-reply-why = Sie geht unverändert hinaus, sofort und von Ihnen allein. Jemand anderes liest sie nachher.
crisis-send = Diese Antwort jetzt senden ({ $lang })
crisis-in-de = Deutsch
crisis-in-en = Englisch
crisis-sent = { $who } hat eine freigegebene Antwort gesendet, { $at }.
crisis-to-read = Jemand anderes liest sie bis { $at }.
crisis-read-by = Gelesen von { $who }, { $at }.
crisis-read-do = Ich habe sie gelesen
crisis-no-channel = Über diesen Kanal kann keine Antwort hinaus. Gehen Sie telefonisch vor.
crisis-by-statement = die freigegebenen Erklärungen
crisis-by-rule = die Krisenregel des Hauses
readings-title = Eine Krisenantwort muss von einer zweiten Person gelesen werden:
undone-no-such-statement = Für diesen Fall gibt es keine solche freigegebene Antwort.
undone-said-already = Diese Antwort steht schon im Gesprächsfaden.
undone-own-crisis-reply = Sie haben sie selbst gesendet. Jemand anderes muss sie lesen.
undone-read-already = Jemand hat sie schon gelesen.
# Die Regeln eines Hauses

nav-rules = Regeln
rules-total = { $count ->
    [one] eine Regel in Kraft
   *[other] { $count } Regeln in Kraft
}
rules-body = Danach spricht und schweigt dieses Haus. Ein Verbot schlägt jede Erlaubnis, und was keine Regel erlaubt, wird nicht gesagt.
rules-search = Regel suchen
rules-search-do = Suchen
rules-search-all = Alle zeigen
rules-none-found = Keine Regel passt dazu.
rules-group-own = Eigene Regeln des Hauses
rules-group-alarm = Wer sofort erfährt
rules-group-post = Was mit dem Beitrag selbst geschieht
rules-group-wait = Wann wir warten oder schweigen
rules-group-speak = Wann wir sprechen
rules-group-country = Was das Recht des Landes ändert
rules-forbids = Verbot
rules-obliges = Dazu gehört:
rules-fired = { $count ->
    [one] einmal in 30 Tagen
   *[other] { $count }-mal in 30 Tagen
}
rules-fired-never = nie in 30 Tagen
rules-in-force = In Kraft
rules-packs-only = Hier gelten nur die mitgelieferten Regeln.
rules-unreadable-now = Die eigenen Regeln lassen sich hier nicht lesen. Bis jemand das behebt, sagt das Haus nichts; Alarme gehen weiter.
rules-version = Fassung { $number }
rules-since = seit { $at }
rules-from = ab { $at }
rules-held = in Kraft { $from } bis { $until }
rules-written-by = Geschrieben von { $who }, { $at }.
rules-set-by = In Kraft gesetzt von { $who }.
rules-by-files = der Konfiguration
rules-files = Konfiguration
rules-planned-by = Vorgesehen von { $who }.
rules-withdraw = Doch nicht in Kraft setzen
rules-back-ask = Einen Schritt zurück…
rules-back-body = Sofort gilt wieder Fassung { $number }. Offene Fälle werden neu entschieden; was für später vorgesehen war, entfällt.
rules-back-do = Zurück
rules-reason = Warum?
rules-reason-hint = Ein Satz genügt. Jeder mit einer Rolle hier liest ihn; nennen Sie niemanden.
rules-versions = Fassungen
rules-versions-none = Noch hat niemand eigene Regeln geschrieben.
rules-state-proposed = Vorschlag
rules-state-ordered = vorgesehen
rules-state-in-force = in Kraft
rules-state-past = früher
rules-state-dropped = verworfen
rules-cases = Eigene Fälle
rules-cases-count = { $count ->
    [0] Keine Entscheidung wurde als falsch gemerkt. An jedem Fall steht „Das war falsch“.
    [one] Eine Entscheidung wurde als falsch gemerkt.
   *[other] { $count } Entscheidungen wurden als falsch gemerkt.
}
rules-cases-run = Durchspielen
rules-cases-look = Ansehen
rules-cases-result = { $right } richtig, { $wrong } falsch, davon { $harms } mit Schaden
rules-cases-against = entschieden nach Fassung { $number }
rules-cases-in-force = entschieden nach den Regeln in Kraft
rules-cases-none = Noch kein eigener Fall
rules-cases-none-body = An jedem Fall steht „Das war falsch“: Daraus wird hier ein Prüffall für die Regeln.
rules-cases-export = Herausgeben
rules-cases-what-for = Je Fall eine Zeile JSON mit dem Text des Beitrags, für „bedside policy test“. Im Protokoll steht, dass Sie es waren.
rules-cases-erased = { $count ->
    [one] Ein Fall ging mit seinem Verfasser und wird nicht mehr entschieden.
   *[other] { $count } Fälle gingen mit ihren Verfassern und werden nicht mehr entschieden.
}
rules-cases-export-do = Fälle herunterladen
rules-cases-export-not = Fälle gibt heraus, wer freigeben darf, oder der Datenschutz.
rules-case-right = richtig
rules-case-wrong = falsch
rules-case-harm = Schaden
rules-case-erased = gelöscht
rules-case-was = Damals
rules-case-now = Jetzt
rules-case-acceptable = Richtig wäre
rules-case-forbidden = Schaden wäre
rules-case-drop = Beiseitelegen
rules-write = Regeln schreiben
rules-write-on = Weiterschreiben
rules-write-title = Eigene Regeln schreiben
rules-write-body = Was hier steht, kommt zu den mitgelieferten Regeln hinzu und kann keine von ihnen aufheben. Gespeichert wird nur, was stimmt; in Kraft ist es damit noch nicht.
rules-write-why = Wozu diese Fassung?
rules-write-do = Prüfen und als Fassung speichern
rules-write-next = Danach: Probe an der Vergangenheit, dann setzt jemand anderes sie in Kraft.
rules-file-new = Noch eine Datei…
rules-file = Neue Datei
rules-file-name = Name
rules-file-name-hint = Endet auf .cedar, oder auf .toml für geregelte Hinweise der Prüfung.
rules-file-text = Text
rules-bad-unnamed = Die neue Datei braucht einen Namen.
rules-bad-name = „{ $name }“ ist kein Dateiname. Buchstaben a–z, Ziffern, - _ und ., am Ende .cedar oder .toml.
rules-bad-twice = Zwei Dateien heißen { $name }.
rules-bad-many = Ein Haus hat höchstens zwölf Dateien.
rules-bad-long = { $name } ist zu lang.
rules-problems = { $count ->
    [one] Eine Stelle stimmt nicht
   *[other] { $count } Stellen stimmen nicht
}
rules-problems-body = Nichts wurde gespeichert, und was in Kraft ist, bleibt es. Ihr Text steht noch unten.
rules-problem-at = { $file }, Zeile { $line }
rules-line = Zeile { $line }
rules-example = Beispiel einer Regel
rules-help = Wie sieht eine Regel aus?
rules-help-body = Jede Regel nennt sich, begründet sich in beiden Sprachen und sagt, woher sie kommt. „@hold“ macht aus dem Verbot ein Warten.
rules-help-empty = Eine Datei ohne Text entfällt.
rules-about = Über diese Fassung
rules-about-by = Geschrieben
rules-about-writers = Mitgeschrieben
rules-about-base = Grundlage
rules-what = Die Regeln
rules-what-against = Was sich gegenüber Fassung { $number } ändert
rules-whole = Ganzer Text
rules-files-none = Diese Fassung hat keine eigenen Regeln.
rules-diff-none = Nichts: Der Text ist derselbe.
rules-line-gone = entfällt:
rules-line-new = neu:
rules-lines-left = { $count ->
    [one] eine gleiche Zeile
   *[other] { $count } gleiche Zeilen
}
rules-replay = Probe an der Vergangenheit
rules-replay-none = Gespeicherte Beiträge werden noch einmal entschieden, nach den Regeln in Kraft und nach dieser Fassung. Am Betrieb ändert das nichts.
rules-replay-over = Über wie viele Tage?
rules-replay-days = { $count } Tage
rules-replay-do = Probe beginnen
rules-replay-again = Noch einmal proben
rules-replay-running = { $done } von { $count } Beiträgen
rules-replay-runs-by-itself = Die Probe läuft von selbst weiter, auch wenn Sie die Seite verlassen oder Bedside neu startet.
rules-replay-look = Stand ansehen
rules-replay-stop = Abbrechen
rules-replay-done = Probe von { $who }, { $at }: { $count } Beiträge seit { $since }.
rules-replay-left-out = { $count } ließ sie aus: noch nicht eingeordnet oder gelöscht.
rules-replay-stopped = Die Probe wurde abgebrochen und gilt nicht.
rules-replay-overtaken = Inzwischen gelten andere Regeln: Diese Probe sagt nicht mehr, was sich ändert.
rules-replay-changed = { $count ->
    [0] Kein Beitrag würde anders entschieden.
    [one] Ein Beitrag würde anders entschieden.
   *[other] { $count } Beiträge würden anders entschieden.
}
rules-replay-by-action = Was entschieden wird
rules-replay-by-rule = Regeln mit Unterschied
rules-replay-cases = Anders entschieden
rules-replay-more = Weitere
rules-col-action = Entscheidung
rules-col-before = in Kraft
rules-col-after = Fassung
rules-col-change = Unterschied
rules-case-unseen = ohne Fall
rules-was = ist
rules-would-be = würde
rules-live = In Kraft setzen
rules-live-body = Offene Fälle werden dann neu entschieden, und jede freigegebene Antwort trifft vor dem Hinausgehen auf die neuen Regeln.
rules-live-harms = { $count ->
    [one] Ein eigener Fall nähme nach dieser Fassung Schaden.
   *[other] { $count } eigene Fälle nähmen nach dieser Fassung Schaden.
}
rules-live-from = Ab wann?
rules-live-from-hint = Leer heißt: sofort.
rules-live-do = In Kraft setzen
rules-live-example = Auf der Uhr des Hauses; morgen um diese Zeit ist { $at }.
rules-drop = Fassung verwerfen
wrong-harm = Was hätte geschadet?
logged-rules-written = Regeln geschrieben
logged-replay-begun = Probe begonnen
logged-replay-ended = Probe beendet
logged-rules-ordered = Regeln in Kraft gesetzt
logged-rules-withdrawn = Regeln doch nicht in Kraft gesetzt
logged-rules-dropped = Fassung der Regeln verworfen
logged-escalation-over = Übergabe entfallen, das Ereignis verlangt sie nicht mehr
logged-rules-in-force = Regeln in Kraft
logged-rules-stepped-back = Einen Schritt zurück gegangen
logged-rules-unreadable = Regeln in Kraft nicht lesbar
logged-decision-wrong = Entscheidung als falsch gemerkt
logged-policy-case-dropped = Eigenen Fall beiseitegelegt
logged-policy-cases-exported = Eigene Fälle herausgegeben
undone-rules-unchanged = Der Text ist derselbe wie zuvor.
undone-rules-in-force-already = Diese Fassung ist bereits in Kraft.
undone-rules-ordered-already = Eine Fassung ist schon für später vorgesehen. Nehmen Sie das zuerst zurück.
undone-rules-dropped = Diese Fassung wurde verworfen.
undone-rules-unreadable = Diese Fassung lässt sich mit diesem Programm nicht lesen.
undone-replay-missing = Zuerst die Probe: Diese Fassung muss an der Vergangenheit geprobt sein.
undone-replay-outdated = Seit der Probe gelten andere Regeln. Proben Sie noch einmal.
undone-replay-goes-on = Eine Probe läuft schon.
undone-days-out-of-range = Zwischen einem Tag und zwei Jahren.
undone-time-too-far = Höchstens ein Jahr voraus.
undone-no-step-back = Davor gab es keine anderen Regeln.
undone-right-missing = Wählen Sie, was richtig gewesen wäre.
undone-right-and-harm = Dasselbe kann nicht richtig sein und schaden.
undone-not-sorted-yet = Der Beitrag ist noch nicht eingeordnet.
wrong-was = Entschieden wurde
wrong-what-for = Der Text wird mit dem, was die Regeln wussten, versiegelt aufbewahrt und geht, wenn sein Verfasser gelöscht wird. Unter „Regeln“ wird der Fall durchgespielt.
wrong-kept = Als eigener Fall für die Regeln gemerkt. Danke.
# Fristen, Halten, Verstöße
clocks = Fristen
clocks-none = Keine gesetzliche Frist läuft.
clock-due = Bis { $at }.
clock-from = Seit { $at }, durch { $by }.
clock-near = endet bald
clock-late = überschritten
clock-ended = beendet
clock-ended-by = { $who } hat sie { $at } beendet: { $why }
clock-end-ask = Frist beenden
clock-end-reason = Warum endet sie?
clock-end-hint = Was wurde wann getan, oder warum lief sie zu Unrecht?
clock-end-do = Beenden
clock-ask = Frist starten
clock-body = Eine Frist von Gesetz oder Vertrag hält nichts an. Gehalten wird höchstens bis zu ihrem Ende.
clock-kind = Welche Frist
clock-since = Seit wann
clock-since-hint = Leer: ab dem Beitrag oder ab jetzt, wie es das Gesetz sagt.
clock-do = Starten
held-since = Gehalten seit { $at }
hold-soon = Halten endet bald
hold-told = { $who } weiß davon
hold-told-nobody = Niemand im Dienst, der es wissen müsste
hold-yours = Ihres
goal-due = Eigenes Ziel: Antwort bis { $at }.
goal-passed = Das eigene Ziel war { $at }.
goal-rests = Das eigene Ziel ruht, solange Regeln den Fall halten.
strikes = Verstöße
strikes-count = { $count ->
    [one] 1 beleidigender Beitrag zählt gegen dieses Konto.
   *[other] { $count } beleidigende Beiträge zählen gegen dieses Konto.
 }
strikes-body = Verstöße verblassen: Nach 90 Tagen zählt einer noch halb. Sie können nur dazu führen, dass das Haus weniger sagt.
strike-waive-ask = Dieser zählt nicht
strike-waive-reason = Warum zählt er nicht?
strike-waive-do = Nicht zählen
label-by-record = der Akte
known-death = Jemand ist gestorben
known-speaker = Wer schreibt
known-account = Art des Kontos
known-complaint = Formelle Beschwerde
known-publication = Einwilligung für Bild oder Geschichte
known-media = Medien
account-real-name = Unter eigenem Namen
account-pseudonym = Unter anderem Namen
account-media = Medien
account-organisation = Organisation
account-bot = Programm
account-staff = Aus dem Haus
complaint-open = Offen im Haus
complaint-external = Bei einer Stelle außerhalb
complaint-closed = Abgeschlossen
publication-none-on-file = Nachgesehen: keine da
publication-written-valid = Schriftlich und gültig
publication-revoked = Widerrufen
media-none = Nachgesehen: keine
media-local = Örtlich
media-national = Bundesweit
late-title = { $count ->
    [one] Eine Frist von Gesetz oder Vertrag ist überschritten:
   *[other] { $count } Fristen von Gesetz oder Vertrag sind überschritten:
 }

# Ereignisfall
nav-incident = Ereignisfall
incident-title = Ereignisfall
incident-off = Es läuft kein Ereignis
incident-does = Solange er eingeschaltet ist, gilt:
incident-stops = Antworten an Einzelne werden gehalten, geplante Beiträge warten. Was schon freigegeben war, kommt zurück.
incident-says = Hinaus geht nur die freigegebene Erklärung, Wort für Wort.
incident-keeps = Alarme gehen weiter hinaus. Wer in Not ist, bekommt eine Antwort von einem Menschen.
incident-not-yours = Den Ereignisfall schaltet, wer freigeben darf.
incident-whole-group = Alle Häuser
incident-by = { $who } hat ihn { $at } eingeschaltet: { $why }
incident-stands = Stand: { $stage }
incident-kind = Was ist geschehen
incident-where = Wo
incident-reason = Warum
incident-reason-hint = Alle hier lesen es. Keine Namen von Patienten.
incident-do = Ereignisfall einschalten
incident-switch = Ereignisfall einschalten
incident-stage = Stand
incident-stage-do = Stand setzen
incident-end-ask = Ereignisfall beenden
incident-end-body = Danach entscheiden wieder die Regeln des Alltags. Alle offenen Fälle werden neu entschieden.
incident-end-reason = Warum ist er vorbei?
incident-end-do = Beenden
incident-past = Frühere Ereignisse
incident-band = Ereignisfall: { $kind }
incident-band-statement = Hinaus geht nur die freigegebene Erklärung.
incident-band-none = Noch ist keine Erklärung freigegeben: Nichts geht hinaus.
incident-open = Ansehen
incident-kind-mass-casualty = Viele Verletzte
incident-kind-outbreak = Ausbruch einer Infektion
incident-kind-cyber = Störung der Computer
incident-kind-rumour = Gerücht
incident-kind-firestorm = Sturm der Entrüstung
incident-kind-own-failure = Eigener Fehler
stage-initial = Beginn
stage-maintenance = Verlauf
stage-resolution = Ausklang
incident-text = Erklärung
incident-text-none = Noch keine. Solange keine freigegeben ist, geht nichts hinaus.
incident-text-only = Nur diese Erklärung darf hinaus
incident-text-take = Als Entwurf übernehmen ({ $lang })
incident-text-approved = freigegeben
incident-text-approved-by = von { $who }, { $at }
incident-text-waits = wartet auf Freigabe
incident-text-by = Geschrieben von { $who }, { $at }
incident-text-own = Das haben Sie geschrieben. Freigeben muss es jemand anderes.
incident-text-confirm = Hinweise der Prüfung habe ich gelesen und stehe dafür ein.
incident-text-approve = Freigeben
incident-text-withdraw = Zurückziehen
incident-text-lang = Sprache
incident-text-text = Neue Erklärung
incident-text-hint = Was sicher ist, was getan wird, wo man Hilfe findet. Keine Namen, keine Zahlen von Betroffenen, die nicht freigegeben sind.
incident-text-write = Zur Freigabe legen
incident-text-blocked = Die Prüfung sperrt diesen Text:
logged-clock-started = Frist gestartet
logged-clock-near = Frist endet bald
logged-clock-late = Frist überschritten
logged-clock-ended = Frist beendet
logged-hold-ends-soon = Halten endet bald, Bescheid gegeben
logged-strike-waived = Ein Verstoß zählt nicht mehr
logged-incident-begun = Ereignisfall eingeschaltet
logged-incident-stage = Stand des Ereignisses gesetzt
logged-incident-ended = Ereignisfall beendet
logged-incident-text-written = Erklärung geschrieben
logged-incident-text-approved = Erklärung freigegeben
logged-incident-text-withdrawn = Erklärung zurückgezogen
stop-not-the-statement = Es läuft ein Ereignis: Hinaus geht nur die freigegebene Erklärung.
undone-clock-runs = Auf diesem Fall läuft eine Frist von Gesetz oder Vertrag. Bitte zuerst beenden, mit Begründung.
undone-clock-runs-already = Diese Frist läuft hier schon, oder sie wurde für diesen Beitrag beendet.
undone-clock-ended = Diese Frist ist schon beendet.
undone-no-such-clock = Diese Frist kennt das Haus nicht.
undone-time-is-ahead = Diese Zeit liegt noch vor uns.
undone-hold-too-long = Gehalten wird höchstens 30 Tage am Stück.
undone-hold-past-clock = So lange darf nicht gehalten werden: Vorher endet eine Frist von Gesetz oder Vertrag.
undone-no-strike = Dieser Beitrag zählt nicht.
undone-incident-on = Der Ereignisfall ist dort schon eingeschaltet.
undone-incident-over = Der Ereignisfall ist schon beendet.
undone-incident-text-changed = Diese Erklärung ist schon freigegeben oder zurückgezogen.
undone-no-statement = Es gibt keine freigegebene Erklärung.
undone-not-the-statement = Es läuft ein Ereignis: Hinaus geht nur die freigegebene Erklärung, Wort für Wort.
undone-lang-unclear = Diese Sprache kennt das Haus nicht.
# Die Bibliothek der Textbausteine
nav-statements = Bausteine
nav-statements-due = brauchen Sie
statements-in-use = { $count ->
    [one] einer in Gebrauch
   *[other] { $count } in Gebrauch
 }
statements-body = Texte, die vorher geschrieben und von einem zweiten Menschen freigegeben sind: Vorlagen für Antworten, Erklärungen für ein Ereignis und Antworten für jemanden in Gefahr. Was in geschweiften Klammern steht, wird ausgefüllt, bevor etwas hinausgeht.
statements-none = Noch kein Baustein
statements-none-body = Schreiben Sie die Antworten, die oft gegeben werden. Jede liest die Prüfung, ein zweiter Mensch gibt sie frei, und sie gilt bis zu einem Tag, den Sie wählen.
statements-asked = Warten auf Freigabe
statements-open = In Arbeit
statements-templates = Vorlagen in Gebrauch
statements-incidents = Für ein Ereignis, in Gebrauch
statements-crises = Für jemanden in Gefahr, in Gebrauch
statements-over = { $count ->
    [one] Einer, der abgelaufen oder außer Gebrauch ist
   *[other] { $count }, die abgelaufen oder außer Gebrauch sind
 }
statement-new = Baustein schreiben
statement-edit = Ändern
statement-renew = Erneuern
statement-look = Lesen
statement-kind = Wofür
statement-kind-template = Vorlage
statement-kind-incident = Erklärung zum Ereignis
statement-kind-crisis = Antwort in einer Krise
statement-open = In Arbeit
statement-asked = Freigabe erbeten
statement-in-use = In Gebrauch
statement-over = Abgelaufen
statement-retired = Außer Gebrauch
statement-replaced = Ersetzt
statement-dropped = Aufgegeben
statement-any-topic = jedes Thema
statement-whole-group = ganze Gruppe
statement-until = Bis { $at }
statement-ended = Abgelaufen am { $at }
statement-yours-to-approve = Jemand bittet Sie um Freigabe.
statement-yours-ending = Für diesen stehen Sie ein, und er läuft bald ab oder ist abgelaufen.
statement-place-own = (füllt das Haus aus)
statement-place-open = (auszufüllen)
statement-said-now = Jetzt in Gebrauch
statement-in-writing = In Arbeit
statement-waits = Wartet auf einen zweiten Menschen
statement-newest = Die neueste Fassung
statement-version = Fassung { $n }
statement-versions = Fassungen
statement-wrote = { $who }, { $at }
statement-approved-by = Freigegeben von { $who }, { $at }
statement-author = Geschrieben von
statement-approver = Freigegeben von
statement-expires = Gilt bis
statement-expires-hint = Der letzte Tag, an dem er genommen werden kann, höchstens zwei Jahre voraus. Zwei Wochen vorher wird Ihnen Bescheid gesagt.
statement-sent-back = { $who } hat ihn zurückgegeben:
statement-instead = Stattdessen: { $words }
statement-ask = Um Freigabe bitten
statement-ask-blocked = Die Prüfung sperrt diesen Text. Ändern Sie ihn zuerst.
statement-approve = Zum Gebrauch freigeben
statement-show-text = Text zeigen
statement-retire-title = Außer Gebrauch nehmen
statement-retire-body = Von diesem Augenblick an kann ihn niemand mehr nehmen. Eine später freigegebene Fassung bringt ihn zurück.
statement-retire = Außer Gebrauch nehmen
statement-title = Titel
statement-title-hint = Wonach Kolleginnen und Kollegen suchen. Er geht nie hinaus.
statement-text = Text
statement-text-hint = Was jemand ausfüllen muss, steht in geschweiften Klammern, etwa {"{"}Öffnungszeiten{"}"}. Solange eine Stelle offen ist, geht nichts hinaus.
statement-own-facts = Was das Haus von selbst ausfüllt
statement-own-none = nicht eingerichtet
statement-lang = Sprache
statement-lang-de = Deutsch
statement-lang-en = Englisch
statement-form = Wie er hinausgeht
statement-topics = Themen, zu denen er passt
statement-topics-hint = Keines angekreuzt: jedes Thema.
statement-sites = Häuser, für die er gilt
statement-sites-hint = Keines angekreuzt: die ganze Gruppe. Freigeben muss ihn jemand, der das an jedem dieser Häuser darf.
statement-laws = Nach welchem Recht
statement-laws-hint = Keines angekreuzt: überall.
statement-guard = Was die Prüfung sagt
statement-guard-clear = Die Prüfung findet nichts
statement-blocked-kept = Er wird behalten, kann so aber nicht freigegeben werden.
statement-check = Prüfen
statement-save = Behalten
statement-save-then = Gebraucht wird er, sobald ein zweiter Mensch ihn freigegeben hat.
statement-goes-on = Eine Fassung davon ist in Gebrauch. Sie bleibt es, bis die neue freigegeben ist.
law-de = Deutschland
law-at = Österreich
law-uk = Vereinigtes Königreich
law-us = Vereinigte Staaten
band-statement-ends = Ihr Baustein { $title } läuft am { $at } ab.
band-statement-ended = Ihr Baustein { $title } ist am { $at } abgelaufen. Niemand kann ihn mehr nehmen.
offers = { $count ->
    [one] Ein Baustein passt
   *[other] { $count } Bausteine passen
 }
offer-take = Nehmen
offer-said = Eine Antwort in diesem Gesprächsfaden stammt schon daraus. Nichts wird zweimal mit denselben Worten gesagt.
taken-unchanged = Aus { $title }; kein Wort ist geändert.
taken-changed = Aus { $title }, seither geändert.
taken-said = In diesem Gesprächsfaden steht dieser Baustein schon, darum geht die Antwort nicht noch einmal hinaus. Schreiben Sie in eigenen Worten.
taken-open = Noch auszufüllen:
logged-statement-written = Baustein geschrieben
logged-statement-asked = Um Freigabe eines Bausteins gebeten
logged-statement-approved = Baustein freigegeben
logged-statement-sent-back = Baustein zurückgegeben
logged-statement-retired = Baustein außer Gebrauch genommen
logged-statement-taken = Baustein in einen Entwurf genommen
stop-statement-said = Eine andere Antwort in diesem Gesprächsfaden stammt aus demselben Baustein.
undone-statement-over = Diesen Baustein kann niemand mehr nehmen: Er ist abgelaufen, außer Gebrauch oder gilt nicht für dieses Haus.
undone-statement-said = Eine Antwort in diesem Gesprächsfaden stammt schon aus diesem Baustein. Nichts wird zweimal mit denselben Worten gesagt.
undone-statement-nowhere = Er gilt für kein Haus: Keines der angekreuzten Häuser liegt unter einem angekreuzten Recht.
undone-statement-changed = Jemand hat diesen Baustein inzwischen geändert. So steht er jetzt da.
undone-statement-title-missing = Der Titel fehlt.
undone-statement-stray-brace = Eine geschweifte Klammer steht allein. Was auszufüllen ist, steht zwischen zwei Klammern, ein kurzer Name in einer Zeile.
undone-statement-leaves-open = Eine Antwort in einer Krise oder eine Erklärung zum Ereignis lässt nichts offen, was das Haus nicht von selbst weiß: Dann hat niemand die Zeit dafür.
undone-statement-too-long = Ein Baustein gilt höchstens zwei Jahre.

# Die Bilanz
nav-balance = Bilanz
balance-from = Von
balance-to = Bis
balance-by = Nach
balance-by-day = Tagen
balance-by-week = Wochen
balance-by-month = Monaten
balance-site = Haus
balance-show = Zeigen
balance-print = Für Papier
balance-csv = CSV-Datei
balance-csv-minutes = Minuten
balance-as-table = Dasselbe als Tabelle
balance-all-houses = { $count ->
    [one] ein Haus
   *[other] { $count } Häuser
 }
balance-period = { $from } bis { $to }
balance-none = Keine Beiträge an diesen Tagen
balance-none-body = Wählen Sie andere Tage oder ein anderes Haus.
balance-sentence = { $count ->
    [one] Ein Beitrag: { $answer } zu beantworten, { $hold } gehalten, { $silent } mit Schweigen; { $escalated } sofort weitergegeben.
   *[other] Von { $count } Beiträgen waren { $answer } zu beantworten, { $hold } wurden gehalten, zu { $silent } schwiegen die Regeln; { $escalated } wurden sofort weitergegeben.
 }
balance-sentence-missed = { $count ->
    [0] Kein Schweigen erwies sich als falsch.
    [one] Ein Schweigen erwies sich als falsch.
   *[other] { $count }-mal erwies sich das Schweigen als falsch.
 }
balance-part = { $part } von 100
balance-median = Median { $span }
balance-said = { $count ->
    [one] eine Antwort gesendet
   *[other] { $count } Antworten gesendet
 }
balance-later = { $count ->
    [0] keins davon war falsch
    [one] eins davon war falsch
   *[other] { $count } davon waren falsch
 }
balance-of-them-alarms = { $count ->
    [0] kein Alarm darunter
    [one] ein Alarm darunter
   *[other] { $count } Alarme darunter
 }
balance-fig-answer = Zu beantworten
balance-fig-hold = Gehalten
balance-fig-silent = Still
balance-fig-escalated = Weitergegeben
balance-decided = Was entschieden wurde, als Beiträge kamen
balance-decided-desc = Gestapelte Balken, einer für jeden Zeitabschnitt, { $period }: { $count } Beiträge nach dem, was die Regeln zuerst darüber entschieden. Die Tabelle darunter hat die Zahlen.
balance-beside = Weitergegeben, entfernt oder gemeldet
balance-beside-body = Das steht neben dem, was gesagt wird: Ein Beitrag kann weitergegeben und beantwortet werden.
balance-beside-desc = Gestapelte Balken, einer für jeden Zeitabschnitt. Die Tabelle darunter hat die Zahlen.
balance-beside-none = Nichts wurde weitergegeben, entfernt oder gemeldet.
balance-waits = Wie lange Menschen auf die erste Antwort warteten
balance-waits-body = Wie es sich anfühlte: vom Beitrag bis zu unserer Antwort. Mit angehaltener Uhr: ohne die Zeit, in der eine Regel oder ein Mensch sie hielt.
balance-waits-key = Strich: Median. Balken: bis zu 90 von 100. Gestrichelt: das Ziel.
balance-waits-none = An diesen Tagen bekam niemand eine Antwort.
balance-waits-desc = { $form }: Median { $felt }, wie es sich anfühlte, { $worked } mit angehaltener Uhr.
balance-felt = { $form }, gefühlt
balance-worked = { $form }, Uhr angehalten
balance-range = { $median }, 90 von 100: { $p90 } · im Ziel { $met } von { $count }
balance-holds = { $count ->
    [one] Ein Fall wurde gehalten; noch gehalten: { $open }.
   *[other] { $count } Fälle wurden gehalten; noch gehalten: { $open }.
 }
balance-holds-spans = Die beendeten dauerten im Median { $median }, 90 von 100 höchstens { $p90 }.
balance-holds-none = Nichts wurde gehalten.
balance-reasons = Warum so entschieden wurde
balance-reasons-body = Die Regeln in einfachen Worten. Ein Beitrag kann mehrere haben.
balance-reasons-desc = Liegende Balken: Regeln nach der Zahl der Beiträge, über die sie entschieden, die häufigsten zuerst. Die Tabelle darunter hat alle.
balance-reason-reads = { $count } · { $action }
balance-no-rule = Keine Regel erlaubt eine Antwort, darum wurde nichts gesagt.
balance-missed = Schweigen, das falsch war
balance-missed-none = Keines: Kein Beitrag, zu dem geschwiegen wurde, wurde später beantwortet, weitergegeben oder als falsch entschieden gemeldet.
balance-missed-body = { $count ->
    [one] Ein Beitrag, zu dem die Regeln schwiegen, brauchte doch jemanden.
   *[other] { $count } Beiträge, zu denen die Regeln schwiegen, brauchten doch jemanden.
 }
balance-how-wrong = Jemand sagte, die Entscheidung war falsch.
balance-how-escalated = Später wurde er weitergegeben.
balance-how-decided = Ein Mensch entschied zu antworten.
balance-how-answered = Er wurde beantwortet.
balance-alarms = Alarme, und wie bald jemand sie übernahm
balance-alarms-none = Es gab keinen Alarm.
balance-alarms-sentence = { $count ->
    [one] Ein Alarm, rechtzeitig übernommen: { $met }.
   *[other] { $count } Alarme, rechtzeitig übernommen: { $met }.
 }
balance-alarms-spans = Median { $median }, 90 von 100 innerhalb von { $p90 }.
balance-alarm-raised = Ausgelöst
balance-alarm-2 = Innerhalb von 2 Minuten
balance-alarm-5 = Innerhalb von 5 Minuten
balance-alarm-10 = Innerhalb von 10 Minuten
balance-alarm-30 = Innerhalb von 30 Minuten
balance-alarm-later = Später
balance-alarm-open = Noch nicht übernommen
balance-alarm-in-time = Übernommen in der Zeit, die die Regeln geben
balance-alarm-median = Median
balance-alarm-p90 = 90 von 100
balance-houses = Nach Häusern
balance-imported = { $count ->
    [one] Ein eingespielter Beitrag ist in keiner dieser Zahlen.
   *[other] { $count } eingespielte Beiträge sind in keiner dieser Zahlen.
 }
balance-zone = Die Tage sind die von { $zone }.
balance-nobody = Keine Zahl hier ist die eines Menschen.
balance-col-from = Ab
balance-col-posts = Beiträge
balance-col-said-answers = Antworten gesendet
balance-col-said-invites = Einladungen gesendet
balance-col-said-acks = Bestätigungen gesendet
balance-col-form = Antwort
balance-col-replies = Beantwortete Beiträge
balance-col-goal = Ziel
balance-col-felt-median = Gefühlt, Median
balance-col-felt-p90 = Gefühlt, 90 von 100
balance-col-felt-in-goal = Gefühlt, im Ziel
balance-col-worked-median = Uhr angehalten, Median
balance-col-worked-p90 = Uhr angehalten, 90 von 100
balance-col-worked-in-goal = Uhr angehalten, im Ziel
balance-col-held = Zeitweise gehalten
balance-col-reason = Warum
balance-col-action = Entschieden
balance-col-rule = Regel
balance-col-case = Fall
balance-col-at = Still seit
balance-col-how = Wie es sich zeigte
balance-col-what = Was
balance-col-n = Anzahl

# Bilder, Videos und Dateien an Beiträgen
media-picture = Bild
media-video = Video
media-audio = Tonaufnahme
media-file = Datei
media-unknown = Bild, Video oder Datei
media-size = { $size } kB
media-seen = Angesehen
media-unseen = Noch von niemandem angesehen
media-alt = Beschreibung:
media-no-alt = Ohne Beschreibung
media-open = Bild ansehen
media-close = Wieder verdecken
media-looked = Ich habe es angesehen
media-there = Beim Beitrag ansehen
media-wanted = Wird geholt. Nichts wartet darauf.
media-elsewhere = Wird hier nicht gezeigt; es liegt auf der Plattform.
media-too-large = Zu groß, um es hierher zu holen.
media-broken = Die Datei ist kein Bild, das hier gezeigt wird. Sie wurde nicht übernommen.
media-lost = War nicht zu bekommen.
media-masked = { $count ->
    [one] Ein Bild, Video oder eine Datei hängt daran.
   *[other] { $count } Bilder, Videos oder Dateien hängen daran.
}
logged-media-seen = Bild, Video oder Datei angesehen
## Zurücknehmen: Datenschutzvorfälle
nav-privacy = Datenschutz
nav-privacy-open = offen
post-taking-down = Wird gelöscht. Noch nicht bestätigt: Sie kann noch zu sehen sein.
post-never-out = Zurückgenommen. Sie war nie auf dem Kanal.
post-unsure = Es ist nicht bekannt, ob diese Antwort auf ihrem Kanal steht.
post-incident = Zum Datenschutzvorfall
stop-taking-down = Sie wird gerade gelöscht.
stop-never-out = Sie wurde zurückgenommen und war nie auf dem Kanal.
undone-taking-unconfirmed = Eine Antwort dieses Falls ist noch nicht nachweislich gelöscht. Erst danach lassen sich Frist und Fall beenden.
logged-take-down-asked = Löschen einer Antwort veranlasst
privacy-title = Datenschutzvorfälle
privacy-body = Antworten des Hauses, die jemand von ihrem Kanal zurückgenommen hat. Ein Vorfall bleibt offen, bis die Antwort nachweislich weg und die Frist beendet ist.
privacy-none = Bisher wurde keine Antwort zurückgenommen.
privacy-one = Zurückgenommene Antwort, { $case }
privacy-all = Alle Datenschutzvorfälle
privacy-by = veranlasst von { $who }, { $at }
privacy-asked = nicht bestätigt
privacy-gone = gelöscht
privacy-emptied = geleert
privacy-never-out = war nie draußen
privacy-state = Auf dem Kanal
privacy-asked-body = Das Löschen ist veranlasst und noch nicht bestätigt.
privacy-asked-why = { $why } Nächster Versuch um { $at }.
privacy-gone-both = Gelöscht. Der Server wurde danach noch einmal gefragt, angemeldet und ohne Anmeldung: Dort ist nichts mehr zu sehen ({ $at }).
privacy-gone-us = Gelöscht. Der Server wurde danach noch einmal gefragt: Für uns ist dort nichts mehr zu sehen ({ $at }). Ohne Anmeldung zeigt er nichts; was andere sehen, ließ sich nicht prüfen.
privacy-emptied-body = Dieser Server löscht nicht. Der Text ist durch „Zurückgenommen.“ ersetzt, und das wurde nachgesehen ({ $at }). Frühere Fassungen kann er weiter zeigen.
privacy-never-out-body = Sie war nie auf dem Kanal und wird nicht mehr gesendet ({ $at }).
privacy-goes-on = Es wird weiter versucht, auch nach einem Neustart und während der Versand angehalten ist. Bis zur Bestätigung liegt der Fall oben unter Jetzt.
privacy-look-there = Auf dem Kanal nachsehen
privacy-again = Jetzt noch einmal versuchen
privacy-limits = Was sich nicht zurückholen lässt
privacy-limits-all = Bildschirmfotos, Zitate und Benachrichtigungen, die schon zugestellt sind, kann niemand zurückholen.
limits-bluesky = Bluesky: Der Eintrag wird aus dem Datenbestand des Kontos gelöscht, und das wird allen Servern gemeldet. Relays, Suchmaschinen und Archive, die ihn schon gelesen haben, müssen dem nicht folgen.
limits-mastodon = Mastodon: Unser Server meldet das Löschen allen Servern, die die Antwort bekommen haben. Ob und wann diese ihre Kopie löschen, entscheiden sie; ein Server, der nicht erreichbar ist, behält sie.
limits-door = Private Tür: Die Nachricht wird aus dem Gespräch gelöscht. Wer sie schon gelesen hat, hat sie gelesen.
limits-demo = Vorführung: Nichts hat diesen Rechner verlassen.
limits-other = Kopien auf anderen Servern lassen sich nicht zurückholen.
privacy-law = Frist
privacy-no-clock = Für dieses Haus ist keine Frist für Datenpannen eingerichtet.
privacy-officer = Liegt beim Datenschutz: prüfen, ob eine Meldung an die Aufsicht und an die Betroffenen nötig ist, und das Ergebnis festhalten. Die Frist läuft, bis sie jemand mit Begründung beendet.
privacy-end-ask = Frist beenden…
privacy-end-hint = Zum Beispiel: gemeldet am …, Aktenzeichen …; oder: nicht meldepflichtig, weil …
privacy-end-later = Beenden lässt sich die Frist erst, wenn die Antwort nachweislich weg ist.
privacy-about = Worum es geht
privacy-reason = Grund
privacy-asked-by = Wer und wann
privacy-where = Wo
privacy-case = Fall
privacy-case-stays = (bleibt offen)
privacy-said = Was dort stand
taking-still-there = Der Kanal sagt, sie sei gelöscht, aber sie steht noch dort.
taking-strangers-see-it = Für uns ist sie weg, ohne Anmeldung zeigt der Server sie noch.
taking-not-seen-gone = Der Kanal sagt nicht, ob sie weg ist.
taking-not-found-yet = Ein abgebrochener Versand hat offengelassen, ob sie hinausging. Zu finden ist sie nicht; es wird weiter nachgesehen.
taking-unreachable = Der Kanal antwortet nicht.
taking-rate-limited = Der Kanal bittet um Geduld.
taking-signed-out = Der Kanal nimmt unsere Anmeldung nicht an. Bitte unter Kanäle nachsehen.
taking-server-trouble = Der Server des Kanals hat eine Störung.
taking-cannot-delete = Dieser Server kann weder löschen noch ändern. Bitte an seinen Betreiber wenden.
taking-refused = Der Kanal lehnt das Löschen ab. Bitte dort von Hand löschen.
taking-channel-not-connected = Der Kanal ist nicht verbunden.
taking-unreadable = Die Antwort lässt sich nicht mehr öffnen und darum nicht suchen. Bitte auf dem Kanal von Hand nachsehen.
# Was von einem Menschen gespeichert ist
about-kept = Alles, was von dieser Person gespeichert ist
author-motto = Auskunft, Aufbewahrung und Löschung
author-kept = Was gespeichert ist
author-channel = Kanal
author-since = Zuerst gesehen
author-posts = Beiträge
author-cases = Fälle
author-elsewhere = Gespräche anderer
author-keys = Schlüssel
author-consents = Einwilligungen beendet
author-export = Auskunft geben
author-export-body = Alles von dieser Person: Beiträge, Antworten, Notizen, Vermerke, Entscheidungen mit Gründen, Einwilligungen, Verknüpfungen, Zugriffe. Im Klartext und nur für die Person selbst. Die Herausgabe steht im Protokoll.
author-export-page = Als lesbare Seite
author-export-json = Als JSON
author-erase = Löschen
author-erase-body = Die Texte und ihre Schlüssel gehen. Auch alte Sicherungen der Daten lassen sich dann nicht mehr lesen.
author-erase-go = Löschen vorbereiten…
author-erase-held = Eine Aufbewahrungspflicht besteht. Solange sie gilt, wird nichts gelöscht, auch nicht nachts.
author-erase-leaving = Eine Antwort an diese Person geht gerade hinaus. Holen Sie sie zurück oder warten Sie.
author-erase-title = { $who } löschen
author-erase-type = Zum Bestätigen den Namen eintippen: { $handle }
author-erase-type-hint = Das lässt sich nicht zurücknehmen.
author-erase-mistyped = Das ist ein anderer Name. Nichts wurde gelöscht.
author-erase-do = Endgültig löschen
author-back = Zurück
author-goes = Was geht
author-goes-keys = Dazu Name und Konto, alle Entwürfe, Notizen, Begründungen, Dateien und Belege dieser Fälle, Beispiele und eigene Fälle aus diesen Beiträgen, Verknüpfung und Einwilligungen, die Zeilen im Suchindex und die Schlüssel.
author-stays = Was bleibt, und warum
author-stays-ids = Eigene Nummern, Zeiten und Wörter geschlossener Listen, damit Protokoll und Bilanz stimmen. Das Protokoll selbst: Es enthält keinen Text.
author-stays-hash = Je Beitrag ein verschlüsselter Prüfwert der Nummer auf der Plattform, damit er nicht noch einmal gelesen wird.
author-stays-replies = { $count ->
    [one] Eine Antwort des Hauses steht noch auf der Plattform. Abnehmen lässt sie sich nur vorher, am Fall.
   *[other] { $count } Antworten des Hauses stehen noch auf der Plattform. Abnehmen lassen sie sich nur vorher, am Fall.
 }
author-stays-filed = { $count ->
    [one] Ein Dokument liegt in der Akte, die nach eigenem Recht aufbewahrt wird (BGB § 630f).
   *[other] { $count } Dokumente liegen in der Akte, die nach eigenem Recht aufbewahrt wird (BGB § 630f).
 }
author-stays-open = { $count ->
    [one] Ein Fall bleibt offen: Eine Frist läuft, oder niemand hat die Eskalation übernommen.
   *[other] { $count } Fälle bleiben offen: Eine Frist läuft, oder niemand hat die Eskalation übernommen.
 }
author-stays-elsewhere = { $count ->
    [one] Ein Gespräch anderer geht ohne diesen Anteil weiter. Was das Haus dort schrieb, verlässt alte Sicherungen mit dem nächsten Nachtlauf.
   *[other] { $count } Gespräche anderer gehen ohne diesen Anteil weiter. Was das Haus dort schrieb, verlässt alte Sicherungen mit dem nächsten Nachtlauf.
 }
author-erased = Gelöscht
author-went = Was ging
author-went-body = Die Schlüssel sind gelöscht. Das Protokoll hat einen Eintrag mit Nummern und Anzahlen.
author-to-inbox = Zum Eingang
author-to-log = Zum Protokoll
author-holds = Aufbewahrungspflicht
author-holds-none = Keine. Es gelten die üblichen Fristen.
author-hold-until = bis { $at }
author-hold-release = Aufheben
author-hold-ask = Aufbewahrungspflicht setzen…
author-hold-body = Solange sie gilt, geht nichts von dieser Person: weder nachts noch durch eine Löschung.
author-hold-reason = Warum?
author-hold-do = Setzen
kept-title = Auskunft über gespeicherte Daten
kept-intro = { $house } hat am { $at } zusammengestellt, was über Sie gespeichert ist (Art. 15 und 20 DSGVO).
kept-about = Beiträge anderer Menschen stehen nicht darin, und nicht, wer im Haus was getan hat (Art. 15 Abs. 4 DSGVO). Zweck: Eingaben an das Haus lesen, einordnen und beantworten. Sie können Berichtigung, Löschung und Einschränkung verlangen und sich bei der Aufsichtsbehörde beschweren.
kept-accounts = Ihre Konten
kept-handle = Name auf der Plattform
kept-name = Angezeigter Name
kept-channel = Kanal
kept-platform-id = Nummer bei der Plattform
kept-since = Zuerst gesehen
kept-posts = Was Sie geschrieben haben
kept-nothing = Nichts mehr.
kept-taken-at = Aufgenommen
kept-url = Adresse
kept-edited-at = Dort geändert
kept-deleted-at = Dort gelöscht
kept-topics = Eingeordnet als
kept-file = Datei
kept-case = Fall { $number }
kept-case-of-others = Fall { $number }, über jemand anderen, mit Beiträgen von Ihnen
kept-opened-at = Eröffnet
kept-note = Notiz
kept-clock = Frist
kept-from = Von
kept-due = Bis
kept-until = Bis
kept-ended-at = Beendet
kept-reason = Begründung
kept-decision = Entscheidung
kept-by = Durch
kept-by-person = einen Menschen
kept-by-rules = geschriebene Regeln
kept-speech = Ergebnis
kept-speech-hold = vorerst nicht antworten
kept-speech-silent = nicht antworten
kept-speech-person = ein Mensch entscheidet
kept-speech-answer = antworten
kept-escalation = Verständigt
kept-answer-sent = Antwort an Sie
kept-answer-not-sent = Entwurf, nicht gesendet
kept-labels = Vermerke
kept-removed-at = Entfernt
kept-consents = Einwilligungen
kept-given-at = Erteilt
kept-revoked-at = Widerrufen
kept-links = Verknüpfung mit einer Akte
kept-claimed-at = Angegeben
kept-number = Angegebene Nummer
kept-settled-at = Geprüft
kept-undone-at = Aufgehoben
kept-documents = Dokumente in der Akte
kept-read = Wer Ihre Gespräche erhalten oder gelesen hat
label-legal-hold = Aufbewahrungspflicht
undone-legal-hold = Eine Aufbewahrungspflicht besteht. Nichts wurde gelöscht.
undone-reply-leaving = Eine Antwort an diese Person geht gerade hinaus. Nichts wurde gelöscht.
logged-retention-run = Nachtlauf der Aufbewahrung
logged-person-exported = Auskunft über eine Person herausgegeben
logged-person-erased = Person gelöscht
logged-erasure-refused = Löschung verweigert: Aufbewahrungspflicht
# Statements of the library in a crisis and in an incident
incident-choose = Aus den Bausteinen
incident-choose-why = Freigegebene Erklärungen zum Ereignis, die noch gelten. Sie gehen Wort für Wort hinaus; ein zweiter Mensch gibt sie für dieses Ereignis frei.
incident-choose-do = Baustein { $number } zur Freigabe legen
incident-text-chosen = Baustein { $number }, gewählt von { $who }, { $at }
incident-text-own-choice = Das haben Sie gewählt. Freigeben muss es jemand anderes.
crisis-own = Baustein { $number } dieses Hauses: { $title }
crisis-shipped = Von Bedside mitgebracht

# Own cases of the rules
undone-decision-changed = Inzwischen wurde neu entschieden. Oben steht, wie jetzt entschieden ist: Sehen Sie, ob Ihr Urteil noch stimmt, und senden Sie noch einmal.
rules-cases-ran = Zuletzt durchgespielt { $at }
rules-cases-outdated = Seither kamen Fälle dazu oder wurden weggelegt.
rules-cases-not-run = Unter dieser Fassung noch nicht durchgespielt.
undone-statement-used-elsewhere = Eine freigegebene Fassung wird auch an Häusern genommen, für die Sie das nicht dürfen. Es muss jemand tun, der es an allen darf.
logged-hold-mailed = Ende des Haltens per E-Mail gesagt

# Scheduled posts
nav-planned = Geplante Beiträge
planned-title = Geplante Beiträge
planned-body = Eigene Beiträge des Hauses für später. Hinaus geht einer nur, wenn zu seiner Zeit nichts dagegen steht: die Regeln von dann, keine Pause, kein Ereignisfall, kein offener Fall, der geplante Beiträge anhält. Sonst bleibt er zurück, und ein Mensch entscheidet neu.
planned-none = Nichts geplant
planned-not-yours = Beiträge plant, wer Entwürfe schreibt, auf einem Kanal, der eigene Beiträge kann.
planned-back-then = Ändern Sie Zeit oder Text und lassen Sie ihn neu freigeben, oder ziehen Sie ihn zurück.
planned-by = Geschrieben von { $who }.
planned-approved-by = Freigegeben von { $who }.
planned-meets = Jetzt bliebe er zurück:
planned-warns = Hinweise der Prüfung:
planned-own = Das haben Sie geschrieben. Freigeben muss es jemand anderes.
planned-asked = wartet auf Freigabe
planned-approved = freigegeben
planned-leaving = geht hinaus
planned-back = zurückgehalten
planned-confirm = Die Hinweise habe ich gelesen und stehe dafür ein.
planned-approve = Für diese Zeit freigeben
planned-change = Ändern
planned-withdraw = Zurückziehen
planned-new = Beitrag planen
planned-edit = Beitrag ändern
planned-account = Kanal
planned-lang = Sprache
planned-at = Wann
planned-at-hint = Zu dieser Zeit geht er hinaus. Ist eine Stunde vergangen, ohne dass er konnte, bleibt er zurück.
planned-text = Text
planned-text-hint = Alle lesen ihn. Keine Namen von Patienten.
planned-blocked = Die Prüfung sperrt diesen Text:
planned-permission = Niemand kommt darin vor, oder die schriftliche Einwilligung für genau diese Verwendung liegt vor.
planned-ask = Zur Freigabe legen
planned-past = Zuletzt
planned-said = Hinausgegangen
planned-withdrawn = Zurückgezogen
planned-look = Ansehen
own-back-paused = Der Versand ist angehalten.
own-back-incident = Es läuft ein Ereignisfall.
own-back-stopped-by-case = Ein offener Fall hält geplante Beiträge an.
own-back-too-late = Seine Zeit war schon vorbei.
own-back-erased = Sein Text ist nicht mehr lesbar.
own-back-not-approved = Er steht nicht so da, wie er freigegeben wurde.
own-back-guard = Die Prüfung lässt ihn nicht durch.
own-back-rules = Die Regeln erlauben ihn nicht.
own-back-refused = Die Plattform nimmt ihn nicht an.
own-back-unsure = Ob er angekommen ist, sagt die Plattform nicht. Sehen Sie dort nach.
undone-own-post-leaving = Dieser Beitrag geht gerade hinaus, ist hinaus oder zurückgezogen.
undone-own-post-changed = Dieser Beitrag wurde inzwischen geändert.
undone-no-own-voice = Auf diesem Kanal kann das Haus nichts Eigenes sagen.
logged-own-post-written = Beitrag geplant
logged-own-post-approved = Geplanter Beitrag freigegeben
logged-own-post-withdrawn = Geplanter Beitrag zurückgezogen
logged-own-post-kept-back = Geplanter Beitrag zurückgehalten
logged-own-post-said = Geplanter Beitrag hinausgegangen
# Der Rundgang der Vorführung
tour-title = Rundgang
tour-lead = Fünf Minuten durch ein erfundenes Krankenhaus. Beiträge, Nachrichten der Akte und Alarme laufen gerade durch das echte Programm; nichts verlässt diesen Rechner.
tour-honest = Erfunden sind die Menschen, das Haus, die Plattformen, das Krankenhausinformationssystem und die Telefone. Mara, Jonas und drei Patienten handeln zum Teil von selbst, damit es etwas zu sehen gibt; was sie tun, steht wie jede Handlung im Protokoll.
tour-people = Wer Sie sein können
tour-people-lead = Jeder Knopf macht einen Link, der einmal gilt und nach einem eigenen Passwort fragt (mindestens 12 Zeichen). Nehmen Sie für die zweite Person ein zweites Browserprofil, oder wechseln Sie hier.
tour-as = Als { $who } anmelden
tour-desk = Redaktion und Verwaltung
tour-desk-sees = Liest, schreibt Antworten, lädt zur privaten Tür ein.
tour-approver = Freigabe
tour-approver-sees = Gibt frei, was andere schrieben, bestätigt Verknüpfungen, setzt Regeln in Kraft.
tour-privacy = Datenschutz
tour-privacy-sees = Liest Texte und Protokoll, sieht die Anbindung ohne Namen; schreibt keine Antworten.
tour-on-call = Bereitschaft
tour-on-call-sees = Sieht nur Krisen, übernimmt sie, sendet eine freigegebene Antwort.
tour-steps = Acht Schritte
tour-soon = kommt in den ersten Minuten
tour-1 = Beiträge werden entschieden
tour-1-body = Als Mara: Jeder Fall sagt, was geschieht und welche Regel es will. Öffnen Sie „Mein Vater ist heute Nacht bei Ihnen gestorben“: Das Haus schweigt 72 Stunden und verständigt die Patientenfürsprache.
tour-1-go = Eingang
tour-1-waiting = Was wartet
tour-2 = Vier Augen
tour-2-body = Als Mara: Schreiben Sie eine Antwort, auch eine falsche („Ihr Termin am Montag …“): Die Prüfung hält sie auf. Bitten Sie um Freigabe. Als Jonas: Geben Sie frei; 20 Sekunden lang können Sie zurückholen.
tour-2-go = Was jetzt zu tun ist
tour-3 = Ein Alarm ruft an
tour-3-body = Ein Beitrag spricht von Suizid. Schwester Roth wird gerufen, bis jemand bestätigt. Auf ihrem Telefon öffnet der Link den Alarm ohne Text und ohne Namen; der Knopf bestätigt.
tour-3-go = Telefon von Schwester Roth
tour-4 = Die Akte weiß mehr
tour-4-body = Aufnahmen, eine Verlegung, ein Todesfall und eine Zusammenführung kommen als HL7-Nachrichten. Eva hat ihr Konto verknüpft: Ihr Fall weiß, dass sie im Haus liegt. Der Vater von Jan Albers stirbt: Sein offener Fall hält sofort an. Die Anbindung sieht nur, wer sie betreut (Mara, der Datenschutz).
tour-4-linked = Evas Fall
tour-4-death = Jans Fall
tour-4-links = Nachrichten der Akte
tour-5 = Die private Tür
tour-5-body = Petra Lenz fand keinen vertraulichen Weg; Mara hat sie eingeladen. Öffnen Sie den Link auf ihrem Telefon und seien Sie die Patientin: Willigen Sie ein, nennen Sie die Patientennummer { $number } und den Geburtstag { $born }, schreiben Sie. Jonas bestätigt dann die Verknüpfung in dem Fall, der entsteht.
tour-5-go = Telefon von Petra Lenz
tour-6 = In der Patientenakte
tour-6-body = Das KIS der Vorführung zeigt Evas Akte: eine Karte (CDS Hooks), dass sie geschrieben hat, und die App daneben (SMART). Bei Patienten ohne Einwilligung: nichts.
tour-6-go = Evas Akte im KIS
tour-7 = Eine Regel ändern
tour-7-body = Mara hat eine eigene Regel geschrieben und an den Beiträgen dieser Tage geprobt. Sehen Sie, welche Entscheidungen sich ändern. In Kraft setzt sie Jonas, nicht Mara.
tour-7-go = Fassung und Probe
tour-8 = Beweisen, was war
tour-8-body = Als Datenschutz (Dr. Brandt): Jede Handlung steht im Protokoll, ohne Text, mit Prüfpunkten; die Bilanz zählt, ohne jemanden zu messen.
tour-8-log = Protokoll
tour-8-balance = Bilanz
tour-band = Vorführung.
tour-band-body = Alles hier ist erfunden; nichts verlässt diesen Rechner.
tour-band-go = Zum Rundgang
tour-band-away = Ausblenden
tour-at-gate = Das ist die Vorführung. Wer Sie sein können, steht im

# Die Umgebung der Vorführung: ihr KIS und zwei Telefone
outside-emr = KIS der Vorführung
outside-emr-note = Ein nachgestelltes Krankenhausinformationssystem, Teil der Vorführung und nicht von Bedside. Angemeldet: Dr. Nora Falk.
outside-emr-none = Wählen Sie eine Patientin oder einen Patienten.
outside-patients = Patienten
outside-born = geboren am { $born }, Patientennummer { $number }
outside-cards = Hinweise beim Öffnen der Akte
outside-cards-none = Keine Hinweise: Niemand hat hier eingewilligt, oder es gibt nichts zu sagen.
outside-cards-failed = Bedside hat nicht geantwortet: { $why }
outside-app = App in der Akte
outside-on-call-note = Ein nachgestelltes Diensttelefon, Teil der Vorführung.
outside-on-call-none = Kein Alarm bisher. In der ersten Minute kommt einer.
outside-patient-note = Ein nachgestelltes Telefon, Teil der Vorführung: die privaten Nachrichten des Hauses an dieses Konto.
outside-patient-none = Noch keine Nachricht. In der ersten Minute kommt eine.
outside-open = Link öffnen
outside-reload = Neu laden
outside-back = Zum Rundgang
