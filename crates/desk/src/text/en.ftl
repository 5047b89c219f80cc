### What people read at the desk, in British English. de.ftl has the same keys and values: a test keeps both equal.

## Frame

skip-to-content = Skip to content
menu = Menu
motto = Listen, weigh, answer.
nav-queues = Queues
nav-sending = Sending
back-inbox = Inbox
nav-house = House
nav-log = Log
nav-channels = Channels
nav-links = Integration
nav-people = People and roles
nav-me = Me
site = Site:
site-word = Site
sites-all = All my sites
queue-open = All open
queue-now = Now
queue-waiting = Waiting
queue-silent = Silent
queue-done = Done
sending-on = Sending is on
sending-paused = Sending is paused
pause-ask = Pause all sending…
resume-ask = Resume sending…
alarm-missing-title = Nobody is alarmed.
alarm-missing-body = No alarm path has been set up and tested for this house. What must be passed on at once stands only here in the inbox.
rules-broken-title = A rule can’t be evaluated.
rules-broken-body = What it touches stays unsaid until someone mends it:
paused-title = Sending is paused.
paused-body = Nothing leaves, not even what is due.
paused-by = { $who }, { $at }: { $why }
live-lost = Live updates stopped, last { $at }.
reload = Reload
new-one = 1 new post, show it
new-many = { $count } new posts, show them
copied = Copied
copy = Copy
save = Save
saved = Saved.
cancel = Cancel
undo = Undo
open = Open
yes = yes
never = never
name = Name
email = House e-mail
to-inbox = To the inbox
to-sign-in = To sign-in
time-left = { $span } left
until-short = until { $at }
reason-hint = One sentence will do. It stays with the case.
reason-missing = Please write one sentence. Everyone sees it.

## Outbox strip

leaving-title = Leaving soon
leaving-running = Leaving: answer to { $to }
leaving-approved-by = approved by { $who }
leaving-approved-by-rule = approved by rule
leaving-undone = Called back: the answer to { $to } is a draft again.
leaving-stopped = Stopped by pause: answer to { $to }
leaving-sent = Sent: answer to { $to }
leaving-see = See it there
leaving-failed = Not sent: answer to { $to }.
leaving-next-try = Next try { $at }.
leaving-more = { $count } more
leaves-in-30 = Leaves in 30 seconds
leaves-now = Leaving now

## Decisions

action-answer = Answer
action-invite = Invite to private
action-acknowledge = Acknowledge only
action-hold = Hold
action-silent = Silent
action-escalate = Escalated
action-person = Left to a person
action-report = Reported
verb-hold-until = Hold until { $at }
verb-hold-on = Hold until something happens
verb-answer = Answer in public
verb-invite = Invite to the private door
verb-acknowledge = Acknowledge only
verb-silent = Stay silent
verb-escalate = Pass on at once
verb-person = A person decides
verb-report = Report or remove

## Inbox

inbox-heading = { $queue }, { $site }
inbox-now-count = { $count ->
    [one] 1 needs someone
   *[other] { $count } need someone
}
inbox-waiting-count = { $count }, next one wakes in { $span }
inbox-waiting-plain = { $count ->
    [one] { $count } cases
   *[other] { $count } cases
}
inbox-silent-count = { $count }, each with its rule
inbox-done-count = { $count } done
inbox-more = Show more
empty-now-title = Nobody is waiting for you.
empty-now-body = New posts appear here by themselves.
empty-now-wakes = The next one wakes at { $at }. New ones appear here by themselves.
empty-waiting-title = Nothing is held.
empty-waiting-body = What must wait stands here with its clock and its reason.
empty-silent-title = Nothing was decided silent.
empty-silent-body = Where no rule permits an answer, we stay silent. It then stands here, with the rule.
empty-done-title = Nothing done yet.
empty-done-body = What you resolve stands here afterwards.
row-changed-since = Worked on since. Open it to see how it stands.
row-unread = Unread.
row-masked = The text is covered for your role.
row-history = from history
row-sorting = being sorted
row-untaken = to { $to }, nobody has taken it,
row-taken = { $by } took over { $at }
row-draft = draft ready
row-approve-yours = { $by } asks for your approval
row-approve = by { $by }, waits for approval
row-leaving = leaving in
row-back = back at the desk
row-sent = sent { $at }
row-failed = not sent
row-resolved = resolved { $at }
upstream-edited = edited there
upstream-deleted = deleted there
alarm-untaken-announce = Somebody has to look at a case at once. Nobody has taken it.

## Search

search-label = Search posts, people, case numbers
search-short = Search
search-do = Search
search-title = Search for { $query }
search-count = { $count ->
    [one] 1 case found
   *[other] { $count } cases found
}
search-newest = The newest { $count } of more. One more word narrows it down.
search-none = Nothing found.
search-none-body = Try one word fewer, or the case number. The search covers your sites.
search-how = A word of the post, a name, or a number like F-2841.
search-building = The index is being rebuilt, { $percent }% is ready. Some results are still missing.

## Case

case-heading = { $topics }: { $who }
case-open-full = Open full case
case-thread = Thread
case-side = Around the case
case-resolved = resolved by { $by }, { $at }
case-changed-elsewhere = This case has changed.
case-changed-kept = Your draft is kept. Please read the decision again.
case-changed-show = Show the new decision
changed-by = { $who } changed this case while you wrote
viewer-reading = { $who } is reading
viewer-writing = { $who } is writing
assign-nobody = Assigned to nobody
assign-mine = Assigned to me
assign-to = With { $who }
assign-me = Assign to me
assign-choose = Who should have it?
assign-do = Assign
resolve-ask = Resolve…
resolve-body = The case moves to “Done”. If the person writes again, it comes back.
resolve-reason = Remark, if needed
resolve-do = Resolve
post-see-there = See the post by { $who } there
post-masked = The text is covered for your role. Those who need it to help have a role that shows it.
take-down-ask = Take it down…
take-down-body = The answer is taken off its channel at once, also while sending is paused. If the channel can’t be reached, it is tried until the answer is seen to be gone.
take-down-opens = A privacy incident is opened; the clock for reporting a breach starts now. The case stays open.
take-down-reason = Why
take-down-do = Take it down
post-taken-down = Taken down by the house.
signal-name = Signal { $n }: { $topic }
signal-back = Signal { $n } in the text

## The slip

slip-sorting-title = Being sorted
slip-sorting-body = The post is taken in. Until a rule decides, nothing leaves.
slip-decided = decided { $at }
slip-because = Because
slip-beside = Beside it
slip-rule = Rule
slip-forbids = forbids
slip-permits = permits
slip-seen = seen in
slip-taken = { $who } took it { $at }.
slip-untaken = Nobody has taken it,
slip-wakes-if = Wakes earlier if
slip-came-close = Came close
slip-woken = Decided anew { $at }, before: { $before }
slip-overridden = Decided otherwise by { $who }, { $at }. The rules said: { $before }. { $why }
slip-rule-error = A rule could not be evaluated. So nothing leaves until a person decides.
strip-now = now { $at }
strip-now-word = now
strip-anew = { $at } decided anew
strip-anew-word = decided anew
escalation = Passed on to: { $to }, to be taken within { $span }.
take-over = I take it over
release-ask = Release early…
release-body = The case goes back to “Now”. Rules without a time still hold.
release-reason = Why early?
release-do = Release
hold-ask = Hold…
hold-until = Hold until
hold-reason = Why hold?
hold-do = Hold
decide-ask = Decide otherwise…
decide-body = A forbidding rule stays in force: what it forbids, this choice can’t let out either.
decide-action = What should hold instead?
decide-reason = Why?
decide-do = Decide so
wrong-ask = This was wrong
wrong-body = This becomes a test case for the rules. It changes nothing about the case.
wrong-expected = What would have been right?
wrong-reason = What did the rule miss?
wrong-do = Keep as test case
facts-all = { $count ->
    [one] The one fact
   *[other] All { $count } facts
}
facts-absent = What is not listed was not known. Unknown never means “no”.

## Reply

reply-write = Prepare an answer
reply-asked = Answer waits for approval
reply-leaving = Answer is leaving
reply-paused = Answer is stopped
reply-sent = Answer was sent
reply-failed = Answer was not sent
reply-prepare-anyway = Prepare an answer all the same
reply-prepare-why = It does not leave while the decision holds.
reply-not-before = does not leave before { $at }
reply-label = Draft to { $to }
reply-check = Check
reply-save = Keep the draft
reply-length = { $length } / { $limit } characters
reply-too-long = too long
reply-leaves-in = Leaves in
reply-paused-body = Sending is paused. It leaves only when sending is on again.
reply-next-try = Next try { $at }.
reply-no-next-try = We don’t try again by ourselves.
form-legend = How does the answer go out?
form-public = In public, in general terms
form-acknowledge = In public, one line
form-invite = In public, with the way to the door
form-private = Private
returned-sent-back = { $who } sent it back { $at }:
returned-refused = Not let out { $at }:
returned-undone = { $who } called it back { $at }.
returned-undone-body = It is a draft again. Whoever changes it needs a new approval.
receipt-sent = sent { $at }, read back
receipt-see = See it there
receipt-entry = receipt { $n }

## Guard

guard-unchecked = Not checked yet
guard-checking = Checking…
guard-clear = Nothing found, { $at }
guard-blocks = { $count ->
    [one] 1 block
   *[other] { $count } blocks
}
guard-hints = { $count ->
    [one] 1 hint
   *[other] { $count } hints
}
guard-blocked = Blocked:
guard-hint = Hint:
guard-replace = Replace with:
guard-strike = Strike it
guard-keep = Leave it, with a reason
guard-keep-reason = Why may it stay?
guard-settled = Settled by { $who }, until { $until }, no confirmation needed: { $why }
guard-keep-do = Leave it
submit-do = Ask for approval
submit-then = It is checked once more before approval.
submit-off = Not possible yet: { $why }
submit-off-blocked = { $count ->
    [one] One place is blocked.
   *[other] { $count } places are blocked.
}
submit-off-long = The text is too long for this channel.
submit-off-forbidden = No rule permits this answer now.
submit-off-changed = The case has changed. Please read it first.

## Four eyes

seat-you = You
seat-you-write = writing
seat-wrote = wrote it, { $at }
seat-second = Approval: second person
seat-nobody = Nobody else can approve here.
seat-may = May approve: { $who }
seat-yours = It is your turn
seat-yours-small = Read it the way a stranger would.
seat-own = You wrote this. Someone else has to approve it.
seat-rule = Rule
seat-approved = approved, { $at }
seat-waiting = waits for approval
approve-do = Approve
withdraw-do = Go on writing
back-to-draft = Back to draft
send-back-ask = Send back…
send-back-note = What should change?
send-back-hint = Whoever wrote it sees this sentence above the draft.
send-back-do = Send back

## Labels and notes

labels = Labels
labels-none = None.
label-until = { $label }, until { $at }
label-why = { $on }, by { $by }: { $why }
label-on-author = on the person
label-on-thread = on the thread
label-on-house = on the house
label-ask = Set a label…
label-kind = Label
label-on = On what?
label-for = For how long?
label-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
label-reason = Why?
label-do = Set
label-remove-ask = Remove…
label-remove-reason = Why remove it?
label-remove-do = Remove
notes = Notes
notes-none = None.
note-new = New note for the team
note-short = Note for the team
note-do = Keep
about = Who is writing
log-all = All { $count } entries

## Pause

pause-title = Pause sending
resume-title = Resume sending
pause-stops = Nothing goes out to the public or to patients any more, by any path, not even what is due.
pause-keeps = Alarms to the house, revocations and take-downs go on.
pause-reason = Why?
pause-reason-hint = Everyone sees this sentence above every page while sending is paused.
pause-do = Pause now
pause-not-yours = Your role may not pause sending. The lead and the desk may.
resume-not-yours = Your role may not resume sending.
resume-would = { $count ->
    [0] Nothing leaves at once then.
    [one] { $count } answer leaves then, after a new check.
   *[other] { $count } answers leave then, each after a new check.
}
resume-do = Resume sending
paused-since = for { $span }
due-on = What is about to leave
due-paused = What leaves on resuming
due-none = Nothing.
due-at = due { $at }
pause-past = Earlier pauses
pause-past-log = Every pause is in the log.

## Channels

channel-live = live · { $lag }
channel-slow = ▲ slow, { $lag }
channel-mute = ▲ no answer, { $span }
channel-signed-out = ▲ signed out
channel-limited = ▲ limited until { $at }
channel-stopped = switched off
channel-starting = starting
channels-well = All channels are live.
channels-bad = { $count ->
    [one] 1 channel needs a look.
   *[other] { $count } channels need a look.
}
channels-none = No channel yet
channels-none-body = A channel is entered in bedside.toml. Then it stands here.
channel-slow-body = { $channel } is { $span } behind. Nothing is lost.
channel-mute-body = { $channel } has not answered for { $span }. Nothing is lost: afterwards we read what we missed.
channel-signed-out-body = { $channel } has signed us out. Until someone renews the password, nothing comes in and nothing leaves.
channel-limited-body = { $channel } asks us to wait until { $at }. Nothing is lost.
channel-stopped-body = The house has switched { $channel } off. What is written meanwhile is read once it is on again.
channel-next = Next look { $at }.
channel-owner = Owner
channel-no-owner = nobody entered
channel-deputy = { $owner }, deputy { $deputy }
channel-last = Newest post
channel-day = In 24 hours
channel-day-counts = { $taken } taken in, { $sent } sent
channel-speaks = Answers
channel-reads-only = no, reads only
channel-look = Ask { $channel } now

## Integration

links-motto = What the record’s systems tell us, what we bring them, and how that goes.
links-none = No link yet
links-none-body = A link is entered in bedside.toml as [[hl7]], [[hl7_out]] or [[fhir]]. Then it stands here.
links-back = Integration
link-starting = nothing taken yet
link-idle = nothing filed yet
link-live = live
link-trouble = needs a look
link-behind = falls behind
link-stopped = switched off
link-trouble-body = What was acknowledged is stored. What was not is sent again by the sender.
link-behind-body = Messages are stored and acknowledged, but wait for the patient index longer than they should.
link-stopped-body = The link is no longer in bedside.toml. Nobody listens there. What came stays until its time is over.
link-failed = { $count ->
    [one] 1 message could not be brought in. Somebody must look.
   *[other] { $count } messages could not be brought in. Somebody must look.
}
link-since = So since
link-last = Last message
link-waiting = Waiting
link-waiting-none = none
link-waiting-count = { $count ->
    [one] 1 message, for { $span }
   *[other] { $count } messages, the oldest for { $span }
}
link-kept = Kept
link-kept-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
link-rates = What came
link-today = Today (UTC)
link-week = 7 days
link-flaws = Flaws in messages
link-flaws-none = No message of the last 7 days had a flaw.
count-taken = received
count-applied = in the patient index
count-nothing = nothing to keep
count-failed = not brought in
count-refused = refused
count-resent = sent again by the sender
count-again = brought in again by the desk
messages-title = Messages
messages-find = Find a message
messages-find-do = Find
messages-find-hint = MSH-10 as the sender wrote it, a case (F-2841) whose account is linked, or our number of a message or of a patient.
messages-all = Show the newest
messages-states = Messages by state
messages-every = All
messages-none = No message here.
messages-not-found = No message has this number. It may be older than messages are kept.
messages-most = These are the newest { $count }.
messages-masked = No name and no number of a person stands in this list.
message-new = waits
message-applied = in the index
message-nothing = nothing to keep
message-refused = refused
message-failed = not brought in
message-col-at = Received
message-col-event = Event
message-col-state = What became of it
message-col-flaws = Flaws
message-col-resent = Sent again
message-title = { $event }, { $at }
message-trace = Trace
message-received = Received
message-resent = { $count ->
    [one] sent again once, answered again, stored once
   *[other] sent again { $count } times, answered again, stored once
}
message-answer = Answer
message-answer-accepted = Stored first, then acknowledged as accepted (AA or CA, unless the sender wants no answer).
message-answer-refused = Refused, with the place and the reason in ERR. { $why }
message-index = Patient index
message-says = What it says
message-recorded = Recorded there
message-flaws = Flaws
message-flaws-none = none
message-patient = Patient (our number)
message-id = Message (our number)
message-kept-until = Kept until
message-others = Other messages about this patient
message-log = In the log
message-log-none = No entry of the log is about this message alone.
message-again = Bring in again
message-again-body = Brought in again, a message does the same once more; newer ones stay the newer word.
message-show = Show content
message-show-body = Who looks at the content stands in the log.
message-content = Content
message-content-body = As it was kept: what the link may not keep is missing. Your name is in the log.
outlinks-title = What goes into the record
out-speaks = Speaks
out-last = Last in the record
out-filed = Filed, in all
out-trouble-body = Nothing is lost: what waits is tried again and again.
out-behind-body = Documents wait longer than they should.
out-stopped-body = The link is no longer in bedside.toml. What waits stays where it is.
out-dead = { $count ->
    [one] 1 document did not get into the record. Please have a look.
   *[other] { $count } documents did not get into the record. Please have a look.
}
out-waiting-count = { $count ->
    [one] 1 document, for { $span }
   *[other] { $count } documents, the oldest for { $span }
}
out-held-back = { $count ->
    [one] 1 of them behind one that did not get into the record
   *[other] { $count } of them behind one that did not get into the record
}
out-rates = What went out
count-filed = put into the record
count-taken-back = taken back
count-in-vain = tried in vain
count-dead = did not get into the record
count-dropped = dropped
documents-title = Documents
documents-find = Find a document
documents-find-hint = A case (F-2841), MSH-10, or our number of a document or of a patient.
documents-states = Documents by state
documents-none = No document is here.
documents-not-found = No document has this number.
documents-masked = No name, no number of a person and no word that was said stands in this list.
document-waiting = waits
document-filed = done
document-dead = not in the record
document-dropped = dropped
document-col-at = Made
document-col-what = Task
document-col-case = Case
document-col-state = What became of it
document-col-attempts = Attempts
document-title = Document, { $at }
document-trace = The document’s way
document-holder = Before it stands
document-holder-look = a document that did not get into the record
document-next = Next attempt
document-settled = Settled
document-mended = Mended
document-dropped-by = Dropped by
document-control = The receiver knows it as (MSH-10)
document-id = Document (our number)
document-others = Other documents for this patient
document-again = Send again
document-again-body = It keeps its number, so that the receiver knows it should it have it after all. As long as it lies here, later documents for this patient wait.
document-drop = Drop
document-drop-body = It does not get into the record. What waits behind it goes on.
document-drop-reason = Why
document-drop-do = Drop
document-answers = What the receiver answered
document-content = What the document says
document-content-body = Whoever looks at it stands in the log; your name does now. What stood here before a mending is kept.
document-version = Version { $n }, before it was mended
document-field-title = Title
document-field-ids = Identifiers by which the receiver finds the patient
document-field-visit = Visit
document-visit-none = none
document-field-lines = Text
document-lines-hint = Mend what the receiver stumbles over. What somebody said stays as it was said.
document-no-lines = What was said is no longer shown here: the consent was taken back.
document-mend = Only save
document-mend-again = Save and send again
document-attempts = Attempts
document-attempts-none = None yet.
document-attempt-well = The receiver took it.
document-log-none = No entry of the log is about this document.

## Log

log-motto = Only added to, never changed.
log-download = Download the proof
log-entries = The newest entries
log-proof = Proof
log-filter = Case, person or rule
log-filter-do = Filter
log-filter-clear = Show all
log-empty = No entry fits.
log-pages = Pages of the log
log-newer = Newer
log-older = Older
log-col-n = No.
log-col-at = Time
log-col-what = What happened
log-col-by = By
log-col-case = Case
log-col-print = Fingerprint
log-unplaced = being placed
log-no-text = Only numbers and fingerprints stand here. No text and no patient’s name is in the log. So it outlives every erasure.
seal-sound = Unbroken
seal-sound-body = { $count } entries checked, { $at }, in { $took }. No entry was changed or removed.
seal-checking = Being checked
seal-checking-body = { $done } of { $of } entries are checked.
seal-broken = Broken at entry { $n }
seal-broken-body = This entry is not the one that was signed { $at }. The { $count } before it are sound. Please don’t change anything and call the privacy officer.
seal-broken-plain = This entry is not the one that was signed. The { $count } before it are sound. Please don’t change anything and call the privacy officer.
seal-unchecked = Not checked yet
seal-unchecked-body = { $count } entries. Nobody has checked them since the start.
seal-check = Check now
checkpoint = Newest checkpoint
checkpoint-text = Checkpoint word for word
checkpoint-at = Signed { $at }. Keep it outside the house: only against an old checkpoint can it be shown that nothing is missing at the end.
checkpoint-none = None yet. It comes with the first entry.
outside = Check without us
outside-body = You don’t have to take our word for it:
outside-command = Command
outside-more = If one byte were changed, it would name the first entry that is false.

## People

people-motto = Who may do what, per site. No figures about people.
people-list = Everybody
people-you = you
people-locked = locked
people-invited = link open until { $at }
people-no-role = No role yet: sees nothing.
people-change = Change…
people-role = Role
people-give = Give role
people-withdraw = Take away: { $role }, { $site }
people-new-link = Issue a new one-time link
people-lock = Lock
people-unlock = Unlock
people-add = Add a person
people-add-do = Add
people-add-body = A link then stands here once. With it the person sets their own password.
people-link = One-time link
people-link-title = One-time link for { $who }
people-link-body = It stands here only now and is good until { $at }. Hand it over in person.
people-error-taken = Someone has this address already.
people-error-last-admin = This is the last person with that role. Give it to someone else first.

## Me

me-roles = Your roles
me-settings = Settings
me-lang = Language
me-theme = Colours
theme-system = as the device says
theme-light = light
theme-dark = dark
me-keys = Single keys as shortcuts.
me-keys-which = Which?
me-sessions = Signed in
me-session-seen = last used { $at }
me-session-this = this device
me-session-end = Sign out
me-password = Change password
password = Password
password-old = Current password
password-old-wrong = The current password is not right.
password-new = New password
password-again = Once more
password-hint = At least 12 characters. A long sentence is good.
password-do = Change password
password-changed = The password is changed. Everywhere else you are signed out.
sign-out = Sign out

## Sign-in

sign-in = Sign in
sign-in-wrong = E-mail or password is not right.
sign-in-locked = Too many tries. It works again at { $at }.
sign-in-expired = You were away for long, so we signed you out.
sign-in-out = You are signed out.
sign-in-session = After ten hours without work we sign you out.
sign-in-help = You have a one-time link? Open it on this device. Password forgotten: your lead can issue a new link.
welcome-first-title = Set up Bedside
welcome-first-body = You are the first person here. After this you can add others and give roles.
welcome-join-title = Welcome
welcome-join-body = Set your password. The link is spent then.
welcome-reset-title = New password
welcome-reset-body = Set a new password. The link is spent then.
welcome-spent-title = This link is no longer good
welcome-spent-body = It was used already or has expired. Your lead can issue a new one.
welcome-do = Set password
your-name = Your name
your-name-hint = As your colleagues will see it.
welcome-error-name = Please enter a name.
welcome-error-email = This is not an e-mail address.
welcome-error-short = The password needs at least 12 characters.
welcome-error-differ = The two passwords differ.
welcome-error-common = This password is commonly known. Please choose another.

## Keys

keys-title = Keys
keys-on = Single keys are on.
keys-off = Single keys are off.
keys-typing = They rest while you type.
keys-list = In the list
keys-case = In a case
keys-everywhere = Everywhere
keys-key = Key
keys-does = What it does
keys-never = Approve, pause and release-early have no single key: they take a button and a reason.
keys-settings = Switch on or off
key-next = next case
key-previous = previous case
key-open = open the case
key-new = show new posts
key-search = search
key-back = back to the list
key-assign = assign to me
key-hold = hold
key-release = release early (opens the form)
key-reply = reply
key-label = set a label
key-note = write a note
key-submit = check and ask for approval
key-go-now = to “Now”
key-go-waiting = to “Waiting”
key-go-silent = to “Silent”
key-go-done = to “Done”
key-undo = undo what is leaving
key-help = this list
key-reply-short = reply
key-hold-short = hold
key-assign-short = assign
key-label-short = label
key-all-short = all keys

## When something does not work

error-404 = Nothing here
error-404-body = There is no such case or page, or your role does not show it.
error-403 = This is not allowed here
error-403-body = Nothing was changed. If your work needs it after all, speak with your lead.
error-no-role = You have no role yet
error-no-role-body = You are signed in, but entered at no site. So there is nothing to see. Your lead can give you a role.
error-400 = We did not understand that
error-400-body = Nothing was changed. Go back and try again.
error-stale = The page was too old
error-stale-body = For your safety a form is good only for a while. Nothing was changed. Reload the page and send again.
error-409 = The case has changed
error-409-body = Your act fitted the old state. So nothing was changed.
error-429 = Too many tries
error-429-body = It works again at { $at }.
error-500 = Something broke on our side
error-500-body = What you sent was not carried out. What was stored before is sound. Please try again.
error-500-trace = When you report it, give this number:

## Topics and signals of sorting

topic-crisis-suicide = Risk of suicide
topic-medical-emergency = Emergency
topic-threat = Threat
topic-safeguarding = Safeguarding
topic-adverse-event = Adverse event
topic-bereavement = Bereavement
topic-complaint = Complaint
topic-praise = Praise
topic-harassment = Harassment
topic-legal-threat = Legal matter
topic-media-inquiry = Press enquiry
topic-admin-question = Question about procedures
topic-medical-advice = Medical question
topic-misinformation = False claim
topic-privacy = Personal data
topic-data-rights = Data rights request
topic-scam = Scam
topic-staff = Staff
topic-job = Job enquiry
topic-spam = Spam
topic-other = Other
topic-death = Death
topic-claim = Claim about care
topic-identifier = Identifier
topic-staff-named = Member of staff named
topic-health-detail = Health detail
topic-hostility = Hostile tone
topic-speaker = Who speaks
topic-when = When it happened

## Labels by name

label-litigation = litigation
label-open-complaint = open complaint
label-next-of-kin-pending = next of kin pending
label-bereaved = bereaved
label-incident = incident
label-media-interest = media interest
label-abusive = repeatedly abusive
label-consent-given = consent given
label-consent-revoked = consent revoked
label-no-contact = do not write to the contact in the record
label-safety-flag = safety warning for the record

## What wakes a hold

wake-time = the time is up
wake-author-writes = the person writes again
wake-label-changes = a label changes
wake-facts-checked = someone has checked the facts

## Roles

role-desk = Desk
role-approver = Approver
role-privacy = Privacy officer
role-admin = Admin
role-auditor = Auditor
role-crisis-team = Crisis team
role-clinical-on-call = Clinician on call
role-vigilance = Vigilance
role-security = Security
role-safeguarding = Safeguarding
role-privacy-officer = Privacy officer
role-press-office = Press office
role-patient-relations = Patient relations
role-legal = Legal
role-incident-command = Incident command
role-complaints-office = Complaints office

## What the guard finds

guard-identifier = identifier
guard-names-person = names a person
guard-unmasks-author = tells who the author is
guard-confirms-relationship = confirms that someone was treated here
guard-denies-relationship = denies that someone was treated here
guard-health-detail = health detail
guard-date-of-care = date of care
guard-insurance-or-cost = insurance or cost
guard-staff-named = names a member of staff
guard-clinical-advice = clinical advice
guard-fault-admission = admits a fault
guard-statement-on-litigation = statement on litigation
guard-casualty-details-unreleased = details of casualties
guard-press-condition-release = tells how someone is
guard-derogatory-tone = mocks or belittles
guard-legal-threat = legal threat
guard-compensation-in-public = compensation in public
guard-pressure-to-delete = pressure to delete
guard-asks-for-identifiers = asks for personal data
guard-platform-dm-for-care-matter = sends care matters to the platform’s messages
guard-apology-without-contact = apology without a way to reach someone
guard-impossible-promise = promise
guard-thanks-in-DE = thanks that may confirm a stay
guard-may-speak-of-person = may speak of a person
guard-open-place = open gap
guard-empty-text = no text

## What happened (log)

logged-post-taken = Post taken in
logged-assessed = Sorted
logged-case-opened = Case opened
logged-decided = Decided
logged-hold-woken = Hold woken
logged-draft-written = Draft written
logged-guarded = Draft checked
logged-approval-asked = Approval asked for
logged-approved = Approved
logged-sent-back = Sent back
logged-queued = Put into the outbox
logged-undone = Called back
logged-send-started = Sending begun
logged-sent = Sent
logged-send-failed = Not sent
logged-returned = Not let out
logged-paused = Sending paused
logged-resumed = Sending resumed
logged-label-set = Label set
logged-label-removed = Label removed
logged-assigned = Assigned
logged-escalation-taken = Taken over
logged-note-written = Note written
logged-case-resolved = Resolved
logged-signed-in = Signed in
logged-sign-in-failed = Sign-in refused
logged-role-granted = Role given
logged-role-revoked = Role taken away
logged-channel-signed-out = Channel signed out
logged-imported = History imported
logged-upstream-edited = Post edited there
logged-upstream-deleted = Post deleted there
logged-rules-loaded = Rules loaded
logged-key-erased = Key erased
logged-taken-down = Answer taken down
logged-link-made = One-time link made
logged-password-set = Password set
logged-person-locked = Locked out
logged-person-unlocked = Let in again
logged-letter-sent = Letter sent to the contact in the record
logged-decided-otherwise = Decided otherwise
logged-facts-entered = Facts entered
logged-emr-taken = Messages of the record brought in
logged-death-told = The record tells of a death
logged-death-taken-back = The record takes a death back
logged-patients-merged = Records merged
logged-merge-undone = Merge undone
logged-emr-pruned = Messages of the record deleted, their time was over
logged-emr-again = Message of the record brought in again
logged-emr-shown = Content of a message of the record shown
logged-filing-made = Document for the record made
logged-filed = Document filed in the record or taken back
logged-filing-failed = Document did not get into the record
logged-filing-dropped = Documents for the record dropped
logged-filing-shown = Document for the record looked at
logged-filing-mended = Document for the record mended
logged-filing-again = Document for the record sent again

## Said by the server

someone = someone
person-masked = Person { $n }
erased = This text was erased.
error-400-form = The form is incomplete or is none of ours.
visible-public = public
visible-unlisted = public, not in lists
visible-followers = for followers
visible-direct = for those addressed
me-session-since = Signed in since { $at }
strip-death = Death
strip-event = Event
strip-post = Post
because-unreadable = The text of this post can no longer be read: its key was erased, or it was changed in the database. A person has to look at the platform.
because-unsorted = This post could not be sorted, even after several attempts. A person has to read it.
because-person = A person decided, and answers for it by name and reason.
beside-report = To be removed or reported to the platform.
rule-unknown = The rule { $rule } is no longer in force, so its words are gone.
close-missing = Missing: { $what }
about-posts = Earlier posts
about-posts-count = { $count ->
    [0] none at this site
    [100] 100 or more at this site
    [one] 1 at this site
   *[other] { $count } at this site
}
about-speaker = Seems to be
about-account = Account
about-bot = marked as automated
about-case-since = Case since
logged-with = { $what }: { $detail }
logged-by-program = Bedside
until-after = { $what }, until { $at }
note-kept = Hint left in place, { $quote }: { $why }
note-wrong = The decision “{ $is }” was wrong, right would be “{ $expected }”: { $why }
note-unlabelled = Label removed: { $why }
approve-confirm = I have read the hints and answer for them.
known-ask = What do we know?
known-body = The rules then decide anew. Leave empty what nobody knows.
known-event = When did it happen?
known-checked = Are the facts checked?
known-unknown = nobody has said
known-yes = yes, checked
known-no = no, not yet
known-do = Keep

## Why an answer stands still

stop-paused = Sending is paused.
stop-erased = The text was erased.
stop-text-changed = The text is no longer the one that was approved.
stop-not-approved = The approval no longer holds.
stop-guard = The guard blocks it now.
stop-rules = The rules no longer permit it.
stop-post-edited = The post was changed meanwhile.
stop-post-deleted = The post was deleted meanwhile.
stop-thread-changed = Another post of the conversation was changed or deleted meanwhile.
stop-not-looked-at = The channel does not show the post, so we can’t see whether it was changed.
stop-refused = The channel refuses it.
stop-unsure = The channel has not answered. We look whether it arrived.
stop-rate-limited = The channel asks us to wait.
stop-signed-out = The channel has signed us out.
stop-person = Called back.
stop-taken-down = It was taken down.

## Why something was not done

undone-text-missing = There is no text yet.
undone-text-too-long = The text is too long for this channel. It is kept as a draft.
undone-draft-not-open = This draft is no longer open.
undone-draft-not-asked = Nobody is asked to approve this draft any more.
undone-draft-changed = The draft is not the one you saw.
undone-text-changed = The text is no longer the one that was checked.
undone-case-changed = Someone changed the case after this page was made.
undone-post-changed = There is a newer post than the one this draft answers. Please look at it and ask for approval again.
undone-rules-do-not-permit = No rule permits this answer now. It is kept as a draft.
undone-rules-failing = A rule can’t be evaluated. Nothing is said until it is mended.
undone-own-draft = You wrote this. Someone else has to approve it.
undone-warnings-unconfirmed = There are hints. Please read them and confirm that you answer for them.
undone-guard-blocks = The guard blocks this text.
undone-note-missing = Please write a sentence.
undone-reason-missing = A reason is missing. One sentence will do.
undone-reply-has-left = The answer has left already.
undone-reply-is-leaving = The answer is leaving this very moment.
undone-reply-not-out = The answer is not on the channel.
undone-channel-not-connected = The channel is not connected.
undone-time-is-past = This time is past.
undone-time-unclear = This is no date with a time.
undone-case-not-held = The case is not held any more.
undone-no-escalation = Nothing is passed on here any more.
undone-taken-already = Someone else has taken it over.
undone-assignee-has-no-role = This person has no role at this site.
undone-escalation-not-taken = Someone has to take it over first.
undone-label-gone = The label is gone already.
undone-not-paused = Sending goes on already.
undone-findings = What the guard found could not be kept.
undone-decision-wrong = The decision was wrong
undone-message-refused = This message was refused. The sender has to correct it and send it again.
undone-message-waits = This message is waiting for its turn already.
undone-message-erased = The key of this message was erased. Nobody can read it any more.
undone-filing-changed = Somebody else has changed this document meanwhile, or it waits for nobody any more.
undone-filing-revoked = The consent was taken back. Nobody shows or changes the document here any more.
undone-filing-erased = The key of this document was erased. Nobody can read it any more.
undone-filing-unchanged = Nothing is changed.
undone-title-missing = The title is missing.
undone-title-too-long = The title is longer than 200 characters or more than one line.
undone-lines-missing = The text is missing.
undone-identifier-missing = At least one identifier of the patient must be ticked.
undone-visit-unknown = The patient has no such visit.

## What ails a channel

trouble-timed-out = No answer in time.
trouble-unreachable = No connection.
trouble-server-error = The server reports trouble.
trouble-malformed = The answer was not understood.
trouble-refused = The server refuses.
trouble-rate-limited = The server asks for patience.
trouble-signed-out = The password is not accepted.

## Who speaks

speaker-patient = a patient
speaker-relative = a relative
speaker-staff = a member of staff
speaker-journalist = the press
speaker-lawyer = a lawyer
speaker-public = a member of the public

## What happens on a link

linknews-connected = senders connected
linknews-not-allowed = A sender is at an address that may not speak here.
linknews-too-many = As many senders as may be are connected already.
linknews-tls-refused = TLS did not come about: no certificate, or one that is not believed.
linknews-not-mllp = What came is no MLLP, or a message is too long.
linknews-too-slow = A message began and did not end in time.
linknews-broken-off = A message began and the connection ended.
linknews-stray-bytes = Bytes stood between messages.
linknews-without-cr = A frame ended without its carriage return.
linknews-unreadable-frame = A frame held no message.
## Why a document did not get into the record

filingcode-unreachable = Nobody listens there.
filingcode-no-tls = TLS did not come about: no certificate, or one that is not believed.
filingcode-closed = The receiver closed the connection without an answer.
filingcode-timed-out = No answer in time.
filingcode-other-message = The answer was for another message.
filingcode-not-understood = The answer can’t be understood.
filingcode-refused = The receiver refuses it.
filingcode-erased = The document’s key was erased.
filingcode-not-permitted = There is no link or no consent any more.
filingcode-consent-revoked = The consent was taken back.
filingcode-person = A member of staff dropped it.
filingcode-tls-refused = TLS did not come about: no certificate, or one that is not believed.
filingcode-busy = The server has trouble or asks for patience.
filingcode-signed-out = The server does not let Bedside in.
filingcode-no-system = FHIR has a name for none of the numbers: [[site]] systems.
filingcode-patient-unknown = Nobody there has the number.
filingcode-patient-ambiguous = The number belongs to several people there.
filingcode-wrong-chart = The number belongs to somebody born on another day there.
filingcode-birth-date-missing = Without a day of birth nobody can see whether it is the right chart.
filingcode-no-place = The system has no place for it.
filingcode-cannot-cancel = It can’t be taken back there from here.
filingcode-unclear = Whether the server has it is not clear: look there first.
filingcode-overtaken = Meanwhile the record is to be told something else.
filingcode-not-stored = What the server told could not be stored here.

## What a link speaks

filingact-file = file
filingact-cancel = take back
filingact-consent = tell a consent
filingact-consent-end = tell that a consent has ended
filingact-task = tell that something waits
filingact-task-end = tell that it waits no longer
filingact-flag = tell a safety warning
filingact-flag-end = tell that a safety warning has ended
linkkind-hl7-in = HL7 v2 over MLLP
linkkind-hl7-out = HL7 v2 over MLLP
linkkind-fhir = FHIR R4

## Why a message was refused or not brought in

msgcode-segment-sequence = A segment that the event needs is missing.
msgcode-required-field-missing = A field that the event needs is empty.
msgcode-data-type = Its header can be read, the rest can’t.
msgcode-unknown-sender = The sending application or facility is not one that this link takes messages of.
msgcode-unsupported-type = The message does not say what it is.
msgcode-unsupported-event = This event is not taken.
msgcode-unsupported-processing-id = This processing id is not taken.
msgcode-unsupported-version = This version is not taken.
msgcode-unknown-key = What it speaks of is not known here.
msgcode-duplicate-key = What it speaks of is known already.
msgcode-record-locked = What it speaks of is being changed.
msgcode-internal = Bedside failed.
msgcode-unreadable = What was stored can’t be read any more.
msgcode-erased = The key of this patient was erased.
msgcode-no-identifier = It names nobody: there is no identifier.
msgcode-no-key = No key could be made for a new patient.
msgcode-no-visit-number = It names no visit: there is no visit number.

## What a message says

told-person = A person is brought up to date.
told-remove = A person is taken out of the record.
told-visit-begin = A visit begins or is announced.
told-visit-update = A visit is brought up to date.
told-visit-move = The patient moves within the house, or did not after all.
told-visit-end = A visit ends.
told-visit-reopen = A visit did not end after all.
told-visit-cancel = A visit never was.
told-merge = Two records of one person become one.
told-move-visits = A visit goes to another person or gets another number.
told-move-ids = Identifiers go over to another person.
told-change-id = A person’s identifier changes.
told-link = Two records are said to be the same person.
told-unlink = Two records are said not to be the same person.
told-several = Two patients change places.
told-nothing = Nothing that Bedside keeps.

## Flaws of messages

flaw-byte-order-mark = A byte order mark stands before the message.
flaw-framing = Bytes of a frame stand within the message.
flaw-preamble = Something stands before MSH.
flaw-batch = The message came in a batch or file envelope.
flaw-line-feed = Segments end with a line feed instead of a carriage return.
flaw-blank-line = There is an empty line between segments.
flaw-no-final-return = The last segment has no carriage return behind it.
flaw-indented = Blanks stand before a segment’s name.
flaw-broken-line = A line end within a field is not escaped.
flaw-glued-segment = No line end stands before a segment.
flaw-delimiters = The encoding characters are incomplete or repeated.
flaw-charset-unknown = The declared character set is not known.
flaw-charset-missing = There are characters beyond ASCII and no character set is declared.
flaw-charset-wrong = The text is not in the declared character set.
flaw-charset-broken = Some characters are broken and can’t be read.
flaw-no-control-id = The message has no control id.
flaw-no-type = The message type is missing.
flaw-no-trigger = The trigger event is missing from the header.
flaw-no-version = The version is missing.
flaw-no-structure = The message structure is missing.
flaw-event-disagrees = The event segment names another trigger event than the header.
flaw-segment-missing = A segment that the event requires is missing.
flaw-field-missing = A field that the event requires is empty.
flaw-time-impossible = A date or time does not exist.
flaw-time-malformed = A date or time is not in HL7’s form.
flaw-code-unknown = A code is not in the standard’s table.
flaw-no-authority = An identifier does not say who assigned it.
flaw-too-many = There are more repetitions or segments than any message needs. The last are not read.
flaw-check-digit = An identifier’s check digit is wrong.
## The private door: what visitors read

door-title = A private conversation
door-hello = Good day. It is good that you are here.
door-hello-body = What you write here is not on the net. Only you and the people at { $site } who answer messages read it.
door-hello-free = You need not fill anything in now. You can close the page at any time.
door-help-title = This is not an emergency service.
door-help-slow = It can take a while until someone reads your message.
door-help-life = Is it about life and death? Call
door-help-talk = Someone to talk to, day and night, free of charge:
door-choose = Which house do you want to write to?
door-knock-title = First, show that the account is yours
door-knock-body = You get a short code and send it from your account to ours. Then we know that it is you, and nobody else can write in your name.
door-knock-channel = Where is your account?
door-knock-handle = Your account’s name there
door-knock-handle-hint = For example @petra or @petra@social.example
door-knock-handle-missing = Please write the name of your account.
door-knock-do = Get a code
door-knock-trace = Until you press the button we set no cookie and keep nothing.
door-no-channel = No account can be shown to be yours here at the moment. Please call us.
door-code-title = Your code
door-code-send = Send this code from your account to our account on { $channel }, best as a private message. Nothing else need be in it.
door-code-until = It holds until { $at }.
door-code-warn = Send it only if you opened this page yourself. If someone else gave you the code, do not send it: they would then write in your name.
door-code-sent = I have sent it
door-code-waiting = We have not read it yet. That can take a minute. Then press once more.
door-code-over = This code is over. Get a new one.
door-restart = Start again
door-pass-title = You are invited to talk in private
door-pass-body = This link works once. Open the conversation only on a device that is yours.
door-pass-do = Open the conversation
door-pass-gone = This link no longer works: it has been used, or it is older than a day. You can come in with a code from your account.
door-pass-other = Come in with a code
door-for-title = For whom are you writing?
door-for-note = If you write for someone else, we gladly talk with you. We link nobody’s record unless that person, or their legal representative, has consented and a member of staff has seen it.
door-for-missing = Please choose one.
door-for-do = Continue
door-for-change = Change
door-talk-title = Our conversation
door-talk-for = You write { $for }.
door-talk-none = Nothing has been written yet.
door-you = You
door-name = What may we call you?
door-name-hint = You may leave this empty.
door-text = What would you like to tell us?
door-text-hint = As much or as little as you like.
door-file = Add a file
door-file-hint = PDF, JPEG, PNG or WebP, up to 5 MB.
door-file-line = { $kind }, { $size } kB
door-send = Send
door-told-sent = Sent. We answer here, on this page.
door-told-allowed = Noted. You can take it back here at any time.
door-told-revoked = Taken back. From now on it no longer holds.
door-told-asked = Thank you. A member of staff will see to it.
door-told-unlinked = Undone. Your account is not linked to a record.
door-told-letter = If the record you named holds an e-mail address, a code is on its way there.
door-told-linked = Confirmed. Your account is linked to your record. We have told you of it at the address in the record as well.
door-may-title = What may we do?
door-may-body = Each permission stands by itself. Without your tick we do not do it, and you have no disadvantage.
door-may-final = You can take everything back here, at any time. What has been filed in your record until then stays there: the law requires us to keep it.
door-may-do = Allow what is ticked
door-may-none = Please tick what we may do.
door-may-since = Allowed since { $at }.
door-may-revoke = Take back
purpose-link-body = So that we know with whom we are talking and can speak here about the treatment. A member of staff first makes sure that it is you.
purpose-care-team-body = Doctors and nurses who treat you then see it in your record.
purpose-contact-body = We may write to you on this page without your having asked first.
door-link-title = Your record
door-link-body = Tell us which record is yours. Until a member of staff has made sure, nothing of a record is shown here and nothing is filed.
door-link-body-other = Tell us whose record it is. Nothing is linked until a member of staff has seen the consent of the patient or of their legal representative.
door-link-kind = Which number do you have?
door-link-number = The number
door-link-birth = Date of birth
door-link-do = Ask for the link
door-link-claimed = You asked for the link on { $at }. A member of staff will see to it. Until then nothing of a record is shown here and nothing is filed.
door-link-confirmed = The link was confirmed on { $at }.
door-link-refused = The link was not made. Write to us here if you have questions.
door-link-undo = Undo the link
door-link-undo-hint = This also takes back the permission.
door-link-asked = I ask for my account to be linked to a record.
door-letter-title = Confirm it yourself
door-letter-body = We can send a code to the e-mail address that the record holds. Whether it holds one we do not say here.
door-letter-do = Send a code
door-letter-code = The code from the e-mail
door-letter-code-hint = It holds for 30 minutes.
door-letter-enter = Confirm
door-letter-wrong = This code does not fit. It holds for 30 minutes and five tries; you can ask for a new one.
door-leave = Leave the conversation
door-leave-hint = Then nobody else can read it on this device. To come back you need a new code.
door-locked = Too many tries. Please try again at { $at }.
door-nothing = Nothing is here
door-nothing-body = The address is not right, or the page was open for too long.
door-unclear = We could not read that
door-unclear-body = Please go back and try again. A file may have up to 5 MB.
door-broken = Something broke on our side
door-broken-body = What you sent before is not lost. Please try again in a few minutes.
door-to-start = To the beginning
door-undo-title = Undo the link to your record
door-undo-body = If you press the button, the account is no longer linked to your record, and the permission for it ends. You need not say why.
door-undo-stays = What has been filed in the record until then stays there: the law requires us to keep it.
door-undo-do = Undo the link
door-undo-done = Undone. No account is linked to your record by this any more.
door-undo-over = There is nothing to undo here: the link was undone before, or the address is not complete.
door-undo-write = Write to us in private

## The private door: what the desk reads

door-side = Private door
door-side-same = Same person as { $who } on { $channel }
door-side-talk = Talks with us in private
door-side-for = Writes
door-side-consents = Has allowed
door-side-no-consent = nothing
door-side-consent-since = { $what }, since { $at }
door-side-link = Link to a record
door-side-no-link = none asked for
door-side-birth = Date of birth
door-side-index = Patient index
door-side-known = knows a patient with this number and day
door-side-unknown = knows nobody with this number and day
door-side-settled = { $how }, { $who }, { $at }: { $why }
door-side-by-themselves = the patient
door-side-settled-alone = { $how }, { $who }, { $at }
door-side-told = Patient told
door-side-confirm-ask = Confirm the link…
door-side-confirm-body = Your name and your reason stay with the link. The person sees that a member of staff has confirmed it, and can undo it.
door-side-how = How did you make sure?
door-side-representative = I have seen the consent of the patient or of their legal representative
door-side-representative-hint = They write for someone else, or are younger than this house’s rule allows.
door-side-confirm-do = Confirm
door-side-refuse-ask = Refuse the link…
door-side-refuse-do = Refuse
door-side-reason = Reason
door-invite-ask = One-time link to the door…
door-invite-body = The link lets in whoever opens it, once, within a day. It belongs in a private reply and nowhere else.
door-invite-do = Make the link
door-invite-made = Shown only now:
post-door-code = Code for the private door
post-file-get = Download: { $kind }, { $size } kB
verb-door = Answer in private
purpose-link = Link my account to my record
purpose-care-team = Let my care team see this conversation
purpose-contact = Contact me here
speaks-for-myself = for yourself
speaks-for-child = for your child
speaks-for-relative = for someone you care for, or a relative
speaker-at-door-myself = for themselves
speaker-at-door-child = for their child
speaker-at-door-relative = for someone they care for, or a relative
choice-for-myself = For myself
choice-for-child = For my child
choice-for-relative = For someone I care for, or a relative
identifier-mrn = Patient number of the hospital
identifier-case-number = Case number of a stay
identifier-kvnr = Health insurance number (a letter and nine digits)
link-claimed = claimed
link-confirmed = confirmed
link-refused = refused
link-undone = undone by the person
way-in-person = Seen in person
way-recorded-phone = Called on the number in the record
way-document = By a document
way-recorded-mail = By a code to the e-mail address in the record
way-refused = Refused
letter-waiting = letter is on its way
letter-sent = by e-mail to the address in the record
letter-forbidden = no: a label forbids it
letter-refused = no: the mail server refuses the address
letter-no-address = no: the record holds no e-mail address
logged-door-invited = Invited to the private door
logged-door-proven = Account proven at the private door
logged-link-claimed = Link to a record claimed
logged-link-confirmed = Link to a record confirmed
logged-link-refused = Link to a record refused
logged-link-undone = Link to a record undone
logged-consent-given = Consent given
logged-consent-revoked = Consent taken back
logged-exchange-read = Read over FHIR
logged-exchange-sent = Told over FHIR or webhook
logged-exchange-dropped = Not told any more
logged-exchange-failed = Could not be told
logged-client-signed-in = Client signed in
logged-client-refused = Client refused
logged-subscription-set = Subscription set
logged-subscription-removed = Subscription removed
undone-speaks-for-missing = Please say first for whom you write.
undone-file-too-large = The file is larger than 5 MB.
undone-file-kind = This kind of file is not taken. PDF, JPEG, PNG and WebP are.
undone-number-unclear = This can’t be such a number. Please look once more.
undone-day-unclear = This can’t be the day of birth. Please look once more.
undone-consent-missing = The consent to the link is missing or was taken back.
undone-way-missing = Please say how you made sure.
undone-representative-missing = They write for someone else or are too young: the consent of the patient or of their legal representative must have been seen.
undone-link-changed = The link was undone or settled meanwhile.
undone-too-many-messages = We cannot read that much at once. Please wait a little.
undone-not-private = A one-time link may only go into a private message.
undone-no-letters = No letter can be sent here at the moment.
undone-too-many-codes = Three codes were sent today. Please try again tomorrow, or write to us here.

# What a record reads of a conversation over FHIR
fhir-task = Conversation { $number } over { $channel }
fhir-task-now = waits for the desk
fhir-task-in-hand = in hand
fhir-task-held = held
fhir-task-held-until = held until { $at }
fhir-task-silent = no answer, by the rules
fhir-task-done = closed

# In the chart
chart-ago-now = just now
chart-ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
chart-ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
chart-ago-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
chart-stands-escalated = waiting for { $to }
chart-stands-in-hand = somebody has taken it
chart-stands-desk = waiting for the desk
chart-stands-held = held until { $at }
chart-stands-silent = no answer is given
chart-stands-answered = answered
chart-stands-closed = closed
chart-card-wrote = Wrote to us on { $channel } { $ago }, { $stands }
chart-card-wrote-door = Wrote to us at the private door { $ago }, { $stands }
chart-card-consent = Consented since { $since }: the care team may see these conversations.
chart-card-source = Bedside, { $site }
chart-card-open = See the conversations
chart-card-desk = Open the case at the desk
chart-card-known = I know already
chart-card-not-now = Not now
chart-front = Conversations in the chart
chart-front-body = Clinicians see here what their patients have written to the hospital, if these have consented. Sign in with your access to the record.
chart-front-at = Sign in at { $name }
chart-list = Conversations with the hospital
chart-consent = Consented since { $since }: the care team may see these conversations.
chart-nothing = Nothing here that you may see
chart-nothing-body = Either this person has not written to us, or they have not agreed that the care team sees it. Which of the two is not said here.
chart-private = private
chart-door = Private door
chart-talk = Conversation on { $channel }
chart-talk-door = Conversation at the private door
chart-back = All conversations
chart-writes-self = Patient
chart-writes-child = Writes for their child
chart-writes-relative = Writes for a relative or somebody they care for
chart-see-there = See it on the platform
chart-care = To the desk
chart-note = Note
chart-note-hint = Only the desk reads it. It brings the case to the front there.
chart-note-do = Send the note
chart-note-mark = Note
chart-told-noted = The desk has your note.
chart-told-suggested = The desk has your suggestion. It leaves only when somebody there takes it over and a second person approves it.
chart-suggest-ask = Suggest an answer…
chart-suggest = Your suggestion
chart-suggest-hint = The answer stands in public. It must not show that somebody is treated here. The desk takes it over or changes it, and a second person approves it.
chart-suggest-hint-door = Only this person and the hospital read the answer. The desk takes it over or changes it, and a second person approves it.
chart-suggest-do = Send the suggestion
chart-suggest-blocked = This can’t leave as it is. Nothing was sent.
chart-suggested-open = with the desk
chart-suggested-taken = taken over as a draft
chart-suggested-aside = not used
chart-nameless = Without a name
chart-born = born { $day }
chart-compare = This is whom the record names. If it is not the record beside it, close this panel.
chart-until = { $who }, signed in until { $at }
chart-leave = Sign out
chart-not-configured = This record is not set up here
chart-not-configured-body = Whoever runs Bedside can add it. Until then nothing is shown.
chart-no-answer = The record does not answer as it should
chart-no-answer-body = Nothing was shown. Try again in a few minutes; if it stays like this, the hospital’s integration desk knows more.
chart-stale = This sign-in is no longer valid
chart-again-body = Open the app from the record once more.
chart-denied = The record refused the sign-in
chart-not-believed = The sign-in could not be verified
chart-not-believed-body = What the record says of the sign-in does not fit together. Nothing was shown. The hospital’s integration desk finds the reason in the program’s log.
chart-not-staff = For clinicians alone
chart-not-staff-body = The record names nobody of the care team. Whoever wants to talk with the hospital themselves finds the private door.
chart-no-patient = Nobody was chosen
chart-no-patient-body = Open the app from a patient’s record, or choose one when you sign in.
chart-over = This session is over
chart-not-found = There is nothing here
chart-unclear = This could not be understood
chart-broken = Something went wrong
care = From the care team
row-care = the care team wrote
care-note = Note
care-suggestion = Suggested answer
care-warned = Guard: hint
care-replaces = The suggestion takes the place of the draft that lies here.
care-take = Take over as my draft
care-set-aside = Set aside
care-taken = { $who } took it over as a draft, { $at }.
care-aside = { $who } set it aside, { $at }.
logged-card-shown = Card shown in the chart
logged-chart-opened = Seen in the chart
logged-care-noted = Note of the care team
logged-care-suggested = Answer suggested by the care team
logged-suggestion-taken = Suggestion taken over as a draft
logged-suggestion-set-aside = Suggestion set aside
logged-checks-spent = More drafts checked within an hour than anybody writes
undone-checks-spent = You had so many texts checked within an hour that nothing more of yours can be cleared for now. Wait an hour, or have somebody else take the draft over.
logged-second-opinion = Second opinion of a model
logged-model-asked = Model asked for a draft
logged-model-answered = What the model answered
undone-suggestion-settled = Somebody else has taken this suggestion over or set it aside already.

# Subscribers and webhooks
told-title = Who else is told
told-hook = Webhook
told-subscription = Subscription over FHIR
told-last = Last reached
told-failing = Out of reach since
told-waiting = Waits to be told
told-sent = Told in 30 days
told-dead = Given up
told-dropped = Dropped on revocation
told-trouble-body = Nothing is lost: it is tried again, in the same order.
told-off-body = It is told nothing more. A subscriber asks anew when it is back.
told-why-unreachable = No connection.
told-why-timed-out = No answer in time.
told-why-rate-limited = It asks for patience.
told-why-signed-out = It does not accept us: the authorisation in the subscription or the secret is wrong.
told-why-server-error = Its server has trouble.
told-why-refused = It refuses what it is told.
told-why-malformed = What is sent there can’t be put together: look at its address and secret.
# --- Cards in the chart, on the page of links
cards-title = Cards in the chart
cards-counts = What became of them
cards-shown = Shown
cards-accepted = Accepted
cards-known = Dismissed: known already
cards-not-now = Dismissed: not now
cards-unnamed = Dismissed, no reason given
cards-none = Nobody has said anything about a card.
cards-newest = The newest of what was said
cards-at = Time
cards-outcome = What was said
cards-case = Case
told-failing-count = { $count ->
    [one] One can’t be reached at present.
   *[other] { $count } can’t be reached at present.
}

# What of a text is shown before it is opened
soft-kind = Distressing text: { $kind }.
soft-show = Show it
full-covered = Names and numbers are covered. Opening the texts in full is in the log, with your name.
full-do = Open in full
look-now = Look now
look-open = opened, not taken
look-by = unopened, calls the rota at { $at } if the desk is empty
look-late = unopened for more than half an hour
look-case = Somebody may be in danger. The case stays on top until somebody takes it.
look-case-by = If nobody is at the desk and nobody opens it, the rota is called at { $at }.
because-look-unopened = Nobody had opened it half an hour after it asked for a look, and nobody was at the desk.
urgency-none = no hurry
urgency-look-now = look now
urgency-page = wakes the rota
role-desk-on-call = desk on call

# What was found, and "this is wrong"
marks-on = Marks in the text
found-sum = { $count ->
    [0] How it was sorted
    [one] How it was sorted, one mark
   *[other] How it was sorted, { $count } marks
 }
found-topic = Topic
found-signal = Mark
found-urgency = Urgency
found-guard = Guard
found-sure = { $percent }% sure
found-unsure = Unsure: no topic was found with enough certainty.
why-list = word list { $list }, line { $line }
why-pattern = pattern { $name }
why-model = trained model, { $percent }% sure
mark-wrong-ask = This is wrong
mark-missing-ask = Something is missing here
mark-wrong-title = This is wrong
mark-missing-title = Something is missing here
mark-found = Found: { $what }
mark-right = What would be right?
mark-right-none = Nothing of the kind
mark-what = What should have been found?
mark-kind = What should the guard have found?
mark-words = In which words?
mark-words-hint = As they stand in the text. For a topic this may stay empty.
mark-comment = Anything to add?
mark-do = Keep as an example
mark-back = Back to the case
mark-what-for = It is kept with the text as an example for training, sealed, and goes when its author is erased. It changes nothing about the case.
mark-kept = Kept as an example. Thank you.
guard-mended = Repaired.
guard-mended-live = Repaired. Ctrl+Z takes it back.
guard-undo = Undo
nav-examples = Wrong findings
examples-total = { $count ->
    [one] one example
   *[other] { $count } examples
 }
examples-none = Nobody has said that something was found wrongly
examples-none-body = On a case, “This is wrong” stands beside everything that was found.
examples-body = What people at the desk said was found wrongly or not at all. Texts stay sealed; here are only kinds and counts.
examples-newest = Newest
examples-counts = How often
examples-col-what = What
examples-col-wrong = wrong
examples-col-missing = missing
examples-wrong = wrong
examples-missing = missing
examples-erased = text erased
examples-export = Take out for training
examples-export-body = One line of JSON per example, with the text of the post. Numbers and addresses are covered where they are not what is learned. The log says that you took it out.
examples-export-do = Download examples
examples-export-not = The privacy officer takes examples out.
logged-finding-wrong = Said to be found wrongly
logged-examples-exported = Examples taken out
logged-opened-in-full = Opened in full
logged-look-opened = Looked at
logged-look-paged = Rota called, nobody had looked
undone-words-missing = Say in which words it should have been found.
undone-words-not-found = These words do not stand in the text like that.
undone-right-unknown = That is no word of the list.
me-softens = Keep distressing texts folded until I open them
me-softens-body = Their kind, what is urgent and the time stay visible.
me-sounds = Sound when somebody has to look at once
me-sounds-body = Browsers play it only after you have clicked or typed in the page.
me-sounds-try = Try the sound
mark-choose = please choose
mark-what-missing = Choose what should have been found.

# A model on the house's own network that suggests drafts
suggest-do = Have { $model } suggest a draft
suggest-why = The post leaves masked, for the house’s own network. You sign what comes back; someone else approves it.
suggest-as-written = The model { $model } wrote this; not a word is changed yet. Whoever asks for approval answers for it.
suggest-changed = The model { $model } began this; it was changed since.
suggest-refused = The suggestion was refused by the guard. Nobody sees it, and nothing is kept of it.
suggest-refused-kinds = Found: { $kinds }
suggest-too-long = The suggestion was longer than this channel takes and was dropped.
suggest-unanswered = The model did not answer. Nothing is changed.
suggest-text-there = You have begun to write. A suggestion would take its place, so the model was not asked.
undone-suggest-off = No model is set up to suggest drafts.
undone-suggest-draft-there = There is a draft already. A suggestion would take its place.
undone-suggest-danger = Somebody may be in danger, or grieves. A person finds these words; no model is asked.
undone-suggest-no-speech = Nothing is to be said here now, so no model is asked.
undone-suggest-private = What is said in private is told to no model.
signal-second = { $topic }, suggested by the model { $model }

## Alarms

danger-suicide = Suicide or self-harm
danger-emergency = Medical emergency
danger-threat = Threat
danger-safeguarding = Safeguarding
danger-incident = Incident
danger-look = A post that nobody has looked at
danger-other = Urgent
role-on-call = On call
role-default = every other team
logged-alarm-called = On-call rota called
logged-alarm-acknowledged = Alarm acknowledged
logged-alarm-raised = Alarm raised
logged-alarm-over = Alarm over
logged-crisis-replied = Crisis reply sent from the approved statements
logged-crisis-read = Crisis reply read by a second person
paths-title = Alarms may not arrive.
paths-without-rota = Nobody is called for: { $who }.
paths-unproven = Not proven within 7 days: { $who }. A test alarm proves it.
paths-failing = Calls don’t get through: { $who }.
paths-mail = The mail server has taken no letters since { $at }.
path-by-mail = e-mail
path-by-hook = webhook
ack-title-case = Alarm { $case }
ack-title = Alarm
ack-title-test = Test alarm
ack-what = What
ack-site = House
ack-team = Team
ack-since = Since
ack-due = Take by
ack-you = You are
ack-channel = The channel { $name } has been silent for more than 10 minutes
ack-mail = The mail server takes no letters
ack-incident = An incident runs and no statement is approved yet
ack-test = A test of the way to you
ack-ask = If you take care of it, say so here. Then nobody else is called.
ack-ask-test = Please confirm that the test has reached you.
ack-do = I know, I take care of it
ack-do-test = It has arrived
ack-expired = This link is too old. A later message has a new one; or sign in at the desk and take the case there.
ack-done = { $who } takes care of it, { $at }. Nobody is called any more.
ack-done-mine = Thank you. The post itself and the next steps are at the desk.
ack-over = This alarm is over, { $at }. There is nothing more to do here.
ack-to-desk = To the desk
ack-no-text = This page shows no post and no name of who wrote. Opening it changes nothing; only the button does.
ack-none-title = No alarm here
ack-none = This link is none of ours, or it was cut off on the way. Open it again from the message, or sign in at the desk.
called-open = { $team }: { $count ->
    [one] 1 call
   *[other] { $count } calls
}, last to { $who }, { $at }. Nobody has answered yet.
called-nobody = { $team }: nobody could be called. There is no rota.
called-answered = { $team }: { $who } has said by their link that they know, { $at }.

## Crisis

crisis-title = A crisis: what to do
crisis-emergency = Emergency: { $number }
crisis-paused = Sending is paused: a reply would wait. Go by phone, with the steps below.
crisis-steps = Steps: { $danger }
crisis-source = From:
crisis-reply = Approved reply
crisis-reply-why = It leaves unchanged, at once and by you alone. Somebody else reads it afterwards.
crisis-send = Send this reply now ({ $lang })
crisis-in-de = German
crisis-in-en = English
crisis-sent = { $who } sent an approved reply, { $at }.
crisis-to-read = Somebody else reads it by { $at }.
crisis-read-by = Read by { $who }, { $at }.
crisis-read-do = I have read it
crisis-no-channel = No reply can leave over this channel. Go by phone.
crisis-by-statement = the approved statements
crisis-by-rule = the house’s rule for crises
readings-title = A crisis reply is to be read by a second person:
undone-no-such-statement = There is no such approved reply for this case.
undone-said-already = This reply stands in the thread already.
undone-own-crisis-reply = You sent it yourself. Somebody else has to read it.
undone-read-already = Somebody has read it already.
# The rules of a house

nav-rules = Rules
rules-total = { $count ->
    [one] one rule in force
   *[other] { $count } rules in force
}
rules-body = By these this house speaks and stays silent. What forbids beats what permits, and what no rule permits is not said.
rules-search = Find a rule
rules-search-do = Find
rules-search-all = Show all
rules-none-found = No rule fits that.
rules-group-own = The house’s own rules
rules-group-alarm = Who is told at once
rules-group-post = What happens to the post itself
rules-group-wait = When we wait or stay silent
rules-group-speak = When we speak
rules-group-country = What the country’s law changes
rules-forbids = forbids
rules-obliges = With it goes:
rules-fired = { $count ->
    [one] once in 30 days
   *[other] { $count } times in 30 days
}
rules-fired-never = never in 30 days
rules-in-force = In force
rules-packs-only = Only the rules that come with Bedside hold here.
rules-unreadable-now = The house’s own rules can’t be read here. Until someone mends that the house says nothing; alarms go on.
rules-version = Version { $number }
rules-since = since { $at }
rules-from = from { $at }
rules-held = in force { $from } to { $until }
rules-written-by = Written by { $who }, { $at }.
rules-set-by = Put in force by { $who }.
rules-by-files = the configuration
rules-files = Configuration
rules-planned-by = Planned by { $who }.
rules-withdraw = Don’t put it in force after all
rules-back-ask = One step back…
rules-back-body = At once version { $number } holds again. Open cases are decided anew; what was planned for later is dropped.
rules-back-do = Step back
rules-reason = Why?
rules-reason-hint = One sentence will do. Everybody with a role here reads it; name no one.
rules-versions = Versions
rules-versions-none = Nobody has written rules of the house’s own yet.
rules-state-proposed = proposed
rules-state-ordered = planned
rules-state-in-force = in force
rules-state-past = earlier
rules-state-dropped = set aside
rules-cases = Our own cases
rules-cases-count = { $count ->
    [0] No decision was kept as wrong. On every case stands “This was wrong”.
    [one] One decision was kept as wrong.
   *[other] { $count } decisions were kept as wrong.
}
rules-cases-run = Run them
rules-cases-look = Look at them
rules-cases-result = { $right } right, { $wrong } wrong, { $harms } of them harmful
rules-cases-against = decided by version { $number }
rules-cases-in-force = decided by the rules in force
rules-cases-none = No case of our own yet
rules-cases-none-body = On every case stands “This was wrong”: it becomes a case here that proves the rules.
rules-cases-export = Take out
rules-cases-what-for = One line of JSON per case, with the text of the post, for “bedside policy test”. The log says that you took it out.
rules-cases-erased = { $count ->
    [one] One case went with its author and is no longer decided.
   *[other] { $count } cases went with their authors and are no longer decided.
}
rules-cases-export-do = Download cases
rules-cases-export-not = Those who may approve, or the privacy officer, take cases out.
rules-case-right = right
rules-case-wrong = wrong
rules-case-harm = harm
rules-case-erased = erased
rules-case-was = Then
rules-case-now = Now
rules-case-acceptable = Right would be
rules-case-forbidden = Harm would be
rules-case-drop = Set aside
rules-write = Write rules
rules-write-on = Write on
rules-write-title = Write the house’s own rules
rules-write-body = What stands here is added to the rules that come with Bedside and can take none of them away. Only what is sound is kept; it is not in force by that.
rules-write-why = What is this version for?
rules-write-do = Check and keep as a version
rules-write-next = Then: a replay of the past, and somebody else puts it in force.
rules-file-new = One more file…
rules-file = New file
rules-file-name = Name
rules-file-name-hint = Ends with .cedar, or with .toml for settled warnings of the guard.
rules-file-text = Text
rules-bad-unnamed = The new file needs a name.
rules-bad-name = “{ $name }” is no file name. Letters a–z, digits, - _ and ., at the end .cedar or .toml.
rules-bad-twice = Two files are named { $name }.
rules-bad-many = A house has at most twelve files.
rules-bad-long = { $name } is too long.
rules-problems = { $count ->
    [one] One place is not right
   *[other] { $count } places are not right
}
rules-problems-body = Nothing was kept, and what is in force stays. Your text still stands below.
rules-problem-at = { $file }, line { $line }
rules-line = Line { $line }
rules-example = Example of a rule
rules-help = What does a rule look like?
rules-help-body = Every rule has a name, its reason in both languages and its source. “@hold” makes the forbid a wait.
rules-help-empty = A file without text is left out.
rules-about = About this version
rules-about-by = Written
rules-about-writers = Had a hand in it
rules-about-base = Based on
rules-what = The rules
rules-what-against = What changes against version { $number }
rules-whole = Whole text
rules-files-none = This version has no rules of its own.
rules-diff-none = Nothing: the text is the same.
rules-line-gone = gone:
rules-line-new = new:
rules-lines-left = { $count ->
    [one] one line the same
   *[other] { $count } lines the same
}
rules-replay = Replay of the past
rules-replay-none = Stored posts are decided again, by the rules in force and by this version. It changes nothing of the live work.
rules-replay-over = Over how many days?
rules-replay-days = { $count } days
rules-replay-do = Begin replay
rules-replay-again = Replay again
rules-replay-running = { $done } of { $count } posts
rules-replay-runs-by-itself = The replay goes on by itself, also when you leave the page or Bedside restarts.
rules-replay-look = Look again
rules-replay-stop = Stop
rules-replay-done = Replayed by { $who }, { $at }: { $count } posts since { $since }.
rules-replay-left-out = { $count } were left out: not sorted yet, or erased.
rules-replay-stopped = The replay was stopped and does not count.
rules-replay-overtaken = Other rules are in force by now: this replay no longer says what changes.
rules-replay-changed = { $count ->
    [0] No post would be decided otherwise.
    [one] One post would be decided otherwise.
   *[other] { $count } posts would be decided otherwise.
}
rules-replay-by-action = What is decided
rules-replay-by-rule = Rules that differ
rules-replay-cases = Decided otherwise
rules-replay-more = More
rules-col-action = Decision
rules-col-before = in force
rules-col-after = version
rules-col-change = change
rules-case-unseen = no case
rules-was = is
rules-would-be = would be
rules-live = Put in force
rules-live-body = Open cases are then decided anew, and every approved answer meets the new rules before it leaves.
rules-live-harms = { $count ->
    [one] One of our own cases would come to harm under this version.
   *[other] { $count } of our own cases would come to harm under this version.
}
rules-live-from = From when?
rules-live-from-hint = Empty means: at once.
rules-live-do = Put in force
rules-live-example = On the house’s clock; this time tomorrow is { $at }.
rules-drop = Set this version aside
wrong-harm = What would have done harm?
logged-rules-written = Rules written
logged-replay-begun = Replay begun
logged-replay-ended = Replay ended
logged-rules-ordered = Rules put in force
logged-rules-withdrawn = Rules not put in force after all
logged-rules-dropped = Version of the rules set aside
logged-escalation-over = Escalation over, the incident asks for it no longer
logged-rules-in-force = Rules in force
logged-rules-stepped-back = Went one step back
logged-rules-unreadable = Rules in force can’t be read
logged-decision-wrong = Decision kept as wrong
logged-policy-case-dropped = Own case set aside
logged-policy-cases-exported = Own cases taken out
undone-rules-unchanged = The text is the same as before.
undone-rules-in-force-already = This version is in force already.
undone-rules-ordered-already = A version is planned for later already. Take that back first.
undone-rules-dropped = This version was set aside.
undone-rules-unreadable = This program can’t read that version.
undone-replay-missing = First the replay: this version must be tried on the past.
undone-replay-outdated = Other rules are in force since the replay. Replay again.
undone-replay-goes-on = A replay goes on already.
undone-days-out-of-range = Between one day and two years.
undone-time-too-far = At most a year ahead.
undone-no-step-back = There were no other rules before.
undone-right-missing = Choose what would have been right.
undone-right-and-harm = The same can’t be right and do harm.
undone-not-sorted-yet = The post is not sorted yet.
wrong-was = Decided was
wrong-what-for = The text is kept sealed with what the rules knew, and goes when its author is erased. Under “Rules” the case is run.
wrong-kept = Kept as a case of our own for the rules. Thank you.
# Deadlines, holds, strikes
clocks = Deadlines
clocks-none = No deadline of law runs.
clock-due = Until { $at }.
clock-from = Since { $at }, by { $by }.
clock-near = ends soon
clock-late = passed
clock-ended = ended
clock-ended-by = { $who } ended it { $at }: { $why }
clock-end-ask = End the deadline
clock-end-reason = Why does it end?
clock-end-hint = What was done and when, or why was it started wrongly?
clock-end-do = End it
clock-ask = Start a deadline
clock-body = Nothing stops a deadline of law or contract. A case is held until its end at the latest.
clock-kind = Which deadline
clock-since = Since when
clock-since-hint = Empty: from the post or from now, as the law says.
clock-do = Start
held-since = Held since { $at }
hold-soon = Hold ends soon
hold-told = { $who } knows
hold-told-nobody = Nobody on duty who should know
hold-yours = Yours
goal-due = Our own goal: answered by { $at }.
goal-passed = Our own goal was { $at }.
goal-rests = Our own goal rests while rules hold the case.
strikes = Strikes
strikes-count = { $count ->
    [one] 1 abusive post counts against this account.
   *[other] { $count } abusive posts count against this account.
 }
strikes-body = Strikes fade: after 90 days one counts half. They can only lead to the house saying less.
strike-waive-ask = This one does not count
strike-waive-reason = Why does it not count?
strike-waive-do = Do not count it
label-by-record = the record
known-death = Somebody has died
known-speaker = Who writes
known-account = Kind of account
known-complaint = Formal complaint
known-publication = Permission for picture or story
known-media = Media
account-real-name = Under their own name
account-pseudonym = Under another name
account-media = Media
account-organisation = Organisation
account-bot = Program
account-staff = Of the house
complaint-open = Open in the house
complaint-external = With a body outside
complaint-closed = Closed
publication-none-on-file = Looked: none there
publication-written-valid = Written and valid
publication-revoked = Withdrawn
media-none = Looked: none
media-local = Local
media-national = National
late-title = { $count ->
    [one] A deadline of law or contract has passed:
   *[other] { $count } deadlines of law or contract have passed:
 }

# Incident mode
nav-incident = Incident
incident-title = Incident mode
incident-off = No incident is on
incident-does = While it is on:
incident-stops = Answers to individuals are held, scheduled posts wait. What was approved before comes back.
incident-says = Only the approved statement leaves, word for word.
incident-keeps = Alarms go out as ever. Whoever is in need is answered by a person.
incident-not-yours = Incident mode is switched by those who may approve.
incident-whole-group = All sites
incident-by = { $who } switched it on { $at }: { $why }
incident-stands = Stage: { $stage }
incident-kind = What happened
incident-where = Where
incident-reason = Why
incident-reason-hint = Everybody here reads it. No names of patients.
incident-do = Switch incident mode on
incident-switch = Switch incident mode on
incident-stage = Stage
incident-stage-do = Set the stage
incident-end-ask = End incident mode
incident-end-body = After that the everyday rules decide again. All open cases are decided anew.
incident-end-reason = Why is it over?
incident-end-do = End it
incident-past = Earlier incidents
incident-band = Incident: { $kind }
incident-band-statement = Only the approved statement leaves.
incident-band-none = No statement is approved yet: nothing leaves.
incident-open = Look
incident-kind-mass-casualty = Many injured
incident-kind-outbreak = Outbreak of an infection
incident-kind-cyber = Failure of the computers
incident-kind-rumour = Rumour
incident-kind-firestorm = Storm of outrage
incident-kind-own-failure = Failure of our own
stage-initial = Beginning
stage-maintenance = Going on
stage-resolution = Ending
incident-text = Statement
incident-text-none = None yet. Until one is approved, nothing leaves.
incident-text-only = Only this statement may leave
incident-text-take = Take it as the draft ({ $lang })
incident-text-approved = approved
incident-text-approved-by = by { $who }, { $at }
incident-text-waits = waits for approval
incident-text-by = Written by { $who }, { $at }
incident-text-own = You wrote this. Someone else has to approve it.
incident-text-confirm = I have read the guard’s hints and answer for them.
incident-text-approve = Approve
incident-text-withdraw = Withdraw
incident-text-lang = Language
incident-text-text = New statement
incident-text-hint = What is certain, what is being done, where to find help. No names, no figures of those concerned that are not released.
incident-text-write = Lay before an approver
incident-text-blocked = The guard blocks this text:
logged-clock-started = Deadline started
logged-clock-near = Deadline ends soon
logged-clock-late = Deadline passed
logged-clock-ended = Deadline ended
logged-hold-ends-soon = Hold ends soon, its owner was told
logged-strike-waived = A strike counts no more
logged-incident-begun = Incident mode switched on
logged-incident-stage = Stage of the incident set
logged-incident-ended = Incident mode ended
logged-incident-text-written = Statement written
logged-incident-text-approved = Statement approved
logged-incident-text-withdrawn = Statement withdrawn
stop-not-the-statement = An incident is on: only the approved statement leaves.
undone-clock-runs = A deadline of law or contract runs on this case. Please end it first, with a reason.
undone-clock-runs-already = This deadline runs here already, or it was ended for this post.
undone-clock-ended = This deadline has ended.
undone-no-such-clock = The house does not know this deadline.
undone-time-is-ahead = This time lies ahead.
undone-hold-too-long = A case is held for 30 days at most at once.
undone-hold-past-clock = It must not be held for so long: a deadline of law or contract ends before.
undone-no-strike = This post does not count.
undone-incident-on = Incident mode is on there already.
undone-incident-over = Incident mode has ended.
undone-incident-text-changed = This statement is approved or withdrawn already.
undone-no-statement = There is no approved statement.
undone-not-the-statement = An incident is on: only the approved statement leaves, word for word.
undone-lang-unclear = The house does not know this language.
# The library of statements
nav-statements = Statements
nav-statements-due = need you
statements-in-use = { $count ->
    [one] one in use
   *[other] { $count } in use
 }
statements-body = Texts written beforehand and approved by a second person: templates for answers, statements for an incident, and replies for somebody in danger. What stands in braces is filled in before anything leaves.
statements-none = No statement yet
statements-none-body = Write the answers that are often given. Each is read by the guard, approved by a second person, and holds until a day you choose.
statements-asked = Waiting for approval
statements-open = In writing
statements-templates = Templates in use
statements-incidents = For an incident, in use
statements-crises = For somebody in danger, in use
statements-over = { $count ->
    [one] One that has ended or is out of use
   *[other] { $count } that have ended or are out of use
 }
statement-new = Write a statement
statement-edit = Change
statement-renew = Renew it
statement-look = Read it
statement-kind = What for
statement-kind-template = Template
statement-kind-incident = Incident statement
statement-kind-crisis = Crisis reply
statement-open = In writing
statement-asked = Approval asked for
statement-in-use = In use
statement-over = Ended
statement-retired = Out of use
statement-replaced = Replaced
statement-dropped = Given up
statement-any-topic = any topic
statement-whole-group = whole group
statement-until = Until { $at }
statement-ended = Ended { $at }
statement-yours-to-approve = Somebody asks for your approval.
statement-yours-ending = You answer for this one, and it ends soon or has ended.
statement-place-own = (filled in by the house)
statement-place-open = (to be filled in)
statement-said-now = In use now
statement-in-writing = In writing
statement-waits = Waits for a second person
statement-newest = The newest version
statement-version = Version { $n }
statement-versions = Versions
statement-wrote = { $who }, { $at }
statement-approved-by = Approved by { $who }, { $at }
statement-author = Written by
statement-approver = Approved by
statement-expires = Holds until
statement-expires-hint = The last day on which it may be taken, at most two years ahead. You are told two weeks before.
statement-sent-back = { $who } sent it back:
statement-instead = Instead: { $words }
statement-ask = Ask for approval
statement-ask-blocked = The guard blocks this text. Change it first.
statement-approve = Approve for use
statement-show-text = Show the text
statement-retire-title = Take out of use
statement-retire-body = From this moment nobody can take it any more. A version approved later brings it back.
statement-retire = Take out of use
statement-title = Title
statement-title-hint = What colleagues look for. It is never sent.
statement-text = Text
statement-text-hint = What somebody must fill in stands in braces, such as {"{"}opening hours{"}"}. While one is open, nothing can be sent.
statement-own-facts = What the house fills in by itself
statement-own-none = not set up
statement-lang = Language
statement-lang-de = German
statement-lang-en = English
statement-form = How it goes out
statement-topics = Topics it fits
statement-topics-hint = None ticked: any topic.
statement-sites = Houses it is for
statement-sites-hint = None ticked: the whole group. It is approved by somebody who may at every one of them.
statement-laws = Under whose law
statement-laws-hint = None ticked: anywhere.
statement-guard = What the guard says
statement-guard-clear = The guard finds nothing
statement-blocked-kept = It is kept, but can’t be asked for or approved like this.
statement-check = Check
statement-save = Keep
statement-save-then = It is used once a second person has approved it.
statement-goes-on = A version of this is in use. It goes on being used until the new one is approved.
law-de = Germany
law-at = Austria
law-uk = United Kingdom
law-us = United States
band-statement-ends = Your statement { $title } ends on { $at }.
band-statement-ended = Your statement { $title } ended on { $at }. Nobody can take it any more.
offers = { $count ->
    [one] One statement fits
   *[other] { $count } statements fit
 }
offer-take = Take it
offer-said = A reply in this thread was taken from it. Nothing is said twice in the same words.
taken-unchanged = Taken from { $title }; not a word is changed.
taken-changed = Taken from { $title } and changed.
taken-said = This thread has had this statement already, so the reply can’t be sent again. Write in your own words.
taken-open = Still to be filled in:
logged-statement-written = Statement written
logged-statement-asked = Approval of a statement asked for
logged-statement-approved = Statement approved
logged-statement-sent-back = Statement sent back
logged-statement-retired = Statement taken out of use
logged-statement-taken = Statement put into a draft
stop-statement-said = Another reply in this thread was taken from the same statement.
undone-statement-over = This statement can’t be taken any more: its time is over, it was taken out of use, or it is not for this house.
undone-statement-said = A reply in this thread was taken from this statement. Nothing is said twice in the same words.
undone-statement-nowhere = It is for no house: no house ticked lies under a law ticked.
undone-statement-changed = Somebody changed this statement meanwhile. Here it is as it stands now.
undone-statement-title-missing = The title is missing.
undone-statement-stray-brace = A brace stands alone. What is to be filled in stands between two braces, a short name on one line.
undone-statement-leaves-open = A crisis reply or an incident statement leaves nothing to fill in but what the house knows of itself: nobody has the time then.
undone-statement-too-long = A statement holds for two years at most.

# The balance
nav-balance = Balance
balance-from = From
balance-to = To
balance-by = By
balance-by-day = Days
balance-by-week = Weeks
balance-by-month = Months
balance-site = House
balance-show = Show
balance-print = For paper
balance-csv = CSV file
balance-csv-minutes = minutes
balance-as-table = The same as a table
balance-all-houses = { $count ->
    [one] one house
   *[other] { $count } houses
 }
balance-period = { $from } to { $to }
balance-none = No posts in these days
balance-none-body = Choose other days, or another house.
balance-sentence = { $count ->
    [one] One post: { $answer } to be answered, { $hold } held, { $silent } with silence; { $escalated } passed on at once.
   *[other] Of { $count } posts, { $answer } were to be answered, { $hold } were held, on { $silent } the rules kept silent; { $escalated } were passed on at once.
 }
balance-sentence-missed = { $count ->
    [0] No silence proved wrong.
    [one] One silence proved wrong.
   *[other] { $count } silences proved wrong.
 }
balance-part = { $part } of 100
balance-median = median { $span }
balance-said = { $count ->
    [one] one reply sent
   *[other] { $count } replies sent
 }
balance-later = { $count ->
    [0] none proved wrong
    [one] one proved wrong
   *[other] { $count } proved wrong
 }
balance-of-them-alarms = { $count ->
    [0] none of them alarms
    [one] one of them an alarm
   *[other] { $count } of them alarms
 }
balance-fig-answer = To be answered
balance-fig-hold = Held
balance-fig-silent = Silent
balance-fig-escalated = Passed on
balance-decided = What was decided when posts came in
balance-decided-desc = Stacked bars, one for each stretch of time, { $period }: { $count } posts by what the rules first decided of them. The table below has the numbers.
balance-beside = Passed on, removed or reported
balance-beside-body = These stand beside what is said: a post can be passed on and answered.
balance-beside-desc = Stacked bars, one for each stretch of time. The table below has the numbers.
balance-beside-none = Nothing was passed on, removed or reported.
balance-waits = How long people waited for the first reply
balance-waits-body = As people felt it: from their post to our reply. With the clock stopped: without the time in which a rule or a person held it.
balance-waits-key = Line: median. Bar: up to 90 of 100. Dashes: the goal.
balance-waits-none = Nobody got a reply in these days.
balance-waits-desc = { $form }: median { $felt } as people felt it, { $worked } with the clock stopped in holds.
balance-felt = { $form }, as felt
balance-worked = { $form }, clock stopped in holds
balance-range = { $median }, 90 of 100: { $p90 } · goal met { $met } of { $count }
balance-holds = { $count ->
    [one] One hold began; { $open } of them lasts.
   *[other] { $count } holds began; { $open } of them last.
 }
balance-holds-spans = Those that ended took { $median } in the median, 90 of 100 at most { $p90 }.
balance-holds-none = Nothing was held.
balance-reasons = Why it was decided so
balance-reasons-body = The rules in plain words. A post can have several.
balance-reasons-desc = Lying bars: rules by the number of posts that they decided, the most frequent first. The table below has all of them.
balance-reason-reads = { $count } · { $action }
balance-no-rule = No rule permits an answer, so nothing was said.
balance-missed = Silences that proved wrong
balance-missed-none = None: no post that was kept silent on was answered, passed on or called wrong later.
balance-missed-body = { $count ->
    [one] One post that the rules kept silent on needed somebody after all.
   *[other] { $count } posts that the rules kept silent on needed somebody after all.
 }
balance-how-wrong = Somebody said the decision was wrong.
balance-how-escalated = It was passed on later.
balance-how-decided = A person decided to answer.
balance-how-answered = It was answered.
balance-alarms = Alarms, and how soon somebody took them
balance-alarms-none = There was no alarm.
balance-alarms-sentence = { $count ->
    [one] One alarm, taken in time: { $met }.
   *[other] { $count } alarms, taken in time: { $met }.
 }
balance-alarms-spans = Median { $median }, 90 of 100 within { $p90 }.
balance-alarm-raised = Raised
balance-alarm-2 = Within 2 minutes
balance-alarm-5 = Within 5 minutes
balance-alarm-10 = Within 10 minutes
balance-alarm-30 = Within 30 minutes
balance-alarm-later = Later
balance-alarm-open = Not taken yet
balance-alarm-in-time = Taken in the time the rules give
balance-alarm-median = Median
balance-alarm-p90 = 90 of 100
balance-houses = By house
balance-imported = { $count ->
    [one] One imported post is in none of these figures.
   *[other] { $count } imported posts are in none of these figures.
 }
balance-zone = Days are those of { $zone }.
balance-nobody = No figure here is of a person.
balance-col-from = From
balance-col-posts = Posts
balance-col-said-answers = Answers sent
balance-col-said-invites = Invitations sent
balance-col-said-acks = Acknowledgements sent
balance-col-form = Reply
balance-col-replies = Posts replied to
balance-col-goal = Goal
balance-col-felt-median = As felt, median
balance-col-felt-p90 = As felt, 90 of 100
balance-col-felt-in-goal = As felt, in goal
balance-col-worked-median = Clock stopped, median
balance-col-worked-p90 = Clock stopped, 90 of 100
balance-col-worked-in-goal = Clock stopped, in goal
balance-col-held = Held for a while
balance-col-reason = Why
balance-col-action = Decided
balance-col-rule = Rule
balance-col-case = Case
balance-col-at = Silent since
balance-col-how = How it showed
balance-col-what = What
balance-col-n = Number

# Pictures, videos and files on posts
media-picture = Picture
media-video = Video
media-audio = Sound recording
media-file = File
media-unknown = Picture, video or file
media-size = { $size } kB
media-seen = Looked at
media-unseen = Nobody has looked at it yet
media-alt = Description:
media-no-alt = No description
media-open = Show the picture
media-close = Cover it again
media-looked = I have looked at it
media-there = Look at it at the post
media-wanted = Being fetched. Nothing waits for it.
media-elsewhere = Not shown here; it lies on the platform.
media-too-large = Too large to be fetched.
media-broken = The file is no picture that is shown here. It was not kept.
media-lost = It could not be had.
media-masked = { $count ->
    [one] A picture, video or file hangs on it.
   *[other] { $count } pictures, videos or files hang on it.
}
logged-media-seen = Picture, video or file looked at
## Taking back: privacy incidents
nav-privacy = Privacy
nav-privacy-open = open
post-taking-down = Being taken down. Not confirmed yet: it may still be seen.
post-never-out = Taken back. It was never on the channel.
post-unsure = It isn’t known whether this answer is on its channel.
post-incident = To the privacy incident
stop-taking-down = It is being taken down.
stop-never-out = It was taken back and was never on the channel.
undone-taking-unconfirmed = An answer of this case is not yet seen to be gone. Clock and case can be ended after that.
logged-take-down-asked = Taking an answer down was asked for
privacy-title = Privacy incidents
privacy-body = Answers of the house that somebody took back from their channel. An incident stays open until the answer is seen to be gone and its clock is ended.
privacy-none = No answer was taken back so far.
privacy-one = Answer taken back, { $case }
privacy-all = All privacy incidents
privacy-by = asked for by { $who }, { $at }
privacy-asked = not confirmed
privacy-gone = deleted
privacy-emptied = emptied
privacy-never-out = never out
privacy-state = On the channel
privacy-asked-body = Taking it down was asked for and is not confirmed yet.
privacy-asked-why = { $why } Next try at { $at }.
privacy-gone-both = Deleted. The server was asked again afterwards, signed in and as a stranger: nothing is seen there any more ({ $at }).
privacy-gone-us = Deleted. The server was asked again afterwards: we see nothing there any more ({ $at }). It shows strangers nothing at all; what others see could not be checked.
privacy-emptied-body = This server deletes nothing. The text was replaced by “Withdrawn.”, and that was looked at ({ $at }). It may go on showing earlier versions.
privacy-never-out-body = It was never on the channel and is not sent any more ({ $at }).
privacy-goes-on = It is tried on, also after a restart and while sending is paused. Until it is confirmed the case lies on top of Now.
privacy-look-there = Look on the channel
privacy-again = Try again now
privacy-limits = What can’t be recalled
privacy-limits-all = Nobody can recall pictures of a screen, quotes, and notifications that were delivered.
limits-bluesky = Bluesky: the record is deleted from the account’s repository, and every server is told. Relays, search engines and archives that have read it need not follow.
limits-mastodon = Mastodon: our server tells every server that was given the answer. Whether and when they delete their copy is up to them; one that can’t be reached keeps it.
limits-door = Private door: the message is deleted from the conversation. Who has read it has read it.
limits-demo = Demo: nothing has left this machine.
limits-other = Copies on other servers can’t be recalled.
privacy-law = Clock
privacy-no-clock = No clock for data breaches is set up for this house.
privacy-officer = With the privacy officer: find out whether the authority and those concerned must be told, and write down what was found. The clock runs until somebody ends it with a reason.
privacy-end-ask = End the clock…
privacy-end-hint = Such as: reported on …, file number …; or: need not be reported, because …
privacy-end-later = The clock can be ended once the answer is seen to be gone.
privacy-about = What it is about
privacy-reason = Why
privacy-asked-by = Who and when
privacy-where = Where
privacy-case = Case
privacy-case-stays = (stays open)
privacy-said = What it said
taking-still-there = The channel says it is deleted, but it still stands there.
taking-strangers-see-it = We see it no more; without signing in the server still shows it.
taking-not-seen-gone = The channel doesn’t say whether it is gone.
taking-not-found-yet = A sending that broke off left open whether it went out. It is not to be found; it is looked for again.
taking-unreachable = The channel doesn’t answer.
taking-rate-limited = The channel asks for patience.
taking-signed-out = The channel doesn’t accept our sign-in. Please look under Channels.
taking-server-trouble = The channel’s server has trouble.
taking-cannot-delete = This server can neither delete nor edit. Please turn to whoever runs it.
taking-refused = The channel refuses to delete it. Please delete it there by hand.
taking-channel-not-connected = The channel is not connected.
taking-unreadable = The answer can’t be opened any more and so can’t be looked for. Please look on the channel by hand.
# What is kept of somebody
about-kept = Everything that is kept of this person
author-motto = Access, retention and erasure
author-kept = What is kept
author-channel = Channel
author-since = First seen
author-posts = Posts
author-cases = Cases
author-elsewhere = Others’ conversations
author-keys = Data keys
author-consents = Consents ended
author-export = Hand out
author-export-body = Everything of this person: posts, answers, notes, labels, decisions with reasons, consents, links, accesses. In the clear, and for the person alone. The log says that it was handed out.
author-export-page = As a page to read
author-export-json = As JSON
author-erase = Erase
author-erase-body = The texts and their keys go. Old backups of the data can’t be read any more either.
author-erase-go = Prepare to erase…
author-erase-held = A legal hold stands. While it does, nothing is erased, not at night either.
author-erase-leaving = A reply to this person is just leaving. Take it back or wait.
author-erase-title = Erase { $who }
author-erase-type = Type the handle to confirm: { $handle }
author-erase-type-hint = This can’t be undone.
author-erase-mistyped = That is another handle. Nothing was erased.
author-erase-do = Erase for good
author-back = Back
author-goes = What goes
author-goes-keys = With it name and account, all drafts, notes, reasons, files and receipts of these cases, examples and own cases made of these posts, link and consents, the rows of the search index, and the keys.
author-stays = What stays, and why
author-stays-ids = Own ids, times and words of closed lists, so that log and balance stay true. The log itself: it holds no text.
author-stays-hash = For each post a keyed hash of its number on the platform, so that it is not read in again.
author-stays-replies = { $count ->
    [one] One reply of the house still stands on the platform. It can be taken down only before, at its case.
   *[other] { $count } replies of the house still stand on the platform. They can be taken down only before, at their cases.
 }
author-stays-filed = { $count ->
    [one] One document is in the record, which is kept by its own law (BGB § 630f; GDPR Art. 17(3)(b)).
   *[other] { $count } documents are in the record, which is kept by its own law (BGB § 630f; GDPR Art. 17(3)(b)).
 }
author-stays-open = { $count ->
    [one] One case stays open: a deadline runs, or nobody has taken the escalation.
   *[other] { $count } cases stay open: a deadline runs, or nobody has taken the escalation.
 }
author-stays-elsewhere = { $count ->
    [one] One conversation of others goes on without this part. What the house wrote there leaves old backups with the next night’s run.
   *[other] { $count } conversations of others go on without this part. What the house wrote there leaves old backups with the next night’s run.
 }
author-erased = Erased
author-went = What went
author-went-body = The keys are gone. The log has an entry with ids and counts.
author-to-inbox = To the inbox
author-to-log = To the log
author-holds = Legal hold
author-holds-none = None. The usual periods hold.
author-hold-until = until { $at }
author-hold-release = Lift
author-hold-ask = Set a legal hold…
author-hold-body = While it stands nothing of this person goes: neither at night nor by an erasure.
author-hold-reason = Why?
author-hold-do = Set
kept-title = What is kept of you
kept-intro = { $house } put together on { $at } what is kept of you (GDPR Art. 15 and 20).
kept-about = Posts of other people are not in it, nor who of the house did what (GDPR Art. 15(4)). Purpose: to read, sort and answer what people write to the house. You can ask for rectification, erasure and restriction, and complain to the supervisory authority.
kept-accounts = Your accounts
kept-handle = Handle on the platform
kept-name = Name shown
kept-channel = Channel
kept-platform-id = The platform’s id
kept-since = First seen
kept-posts = What you wrote
kept-nothing = Nothing any more.
kept-taken-at = Taken in
kept-url = Address
kept-edited-at = Edited there
kept-deleted-at = Deleted there
kept-topics = Sorted as
kept-file = File
kept-case = Case { $number }
kept-case-of-others = Case { $number }, about somebody else, with posts of yours
kept-opened-at = Opened
kept-note = Note
kept-clock = Deadline
kept-from = From
kept-due = Until
kept-until = Until
kept-ended-at = Ended
kept-reason = Reason
kept-decision = Decision
kept-by = Made by
kept-by-person = a person
kept-by-rules = written rules
kept-speech = Outcome
kept-speech-hold = no answer for now
kept-speech-silent = no answer
kept-speech-person = a person decides
kept-speech-answer = an answer
kept-escalation = Told
kept-answer-sent = Answer to you
kept-answer-not-sent = Draft, not sent
kept-labels = Labels
kept-removed-at = Removed
kept-consents = Consents
kept-given-at = Given
kept-revoked-at = Taken back
kept-links = Link to a record
kept-claimed-at = Claimed
kept-number = Number given
kept-settled-at = Looked at
kept-undone-at = Undone
kept-documents = Documents in the record
kept-read = Who was given or read your conversations
label-legal-hold = legal hold
undone-legal-hold = A legal hold stands. Nothing was erased.
undone-reply-leaving = A reply to this person is just leaving. Nothing was erased.
logged-retention-run = Nightly retention
logged-person-exported = What is kept of a person was handed out
logged-person-erased = Person erased
logged-erasure-refused = Erasure refused: legal hold
# Statements of the library in a crisis and in an incident
incident-choose = From the library
incident-choose-why = Approved incident statements that still hold. They leave word for word; a second person approves them for this incident.
incident-choose-do = Put statement { $number } up for approval
incident-text-chosen = Statement { $number }, chosen by { $who }, { $at }
incident-text-own-choice = You chose this. Someone else has to approve it.
crisis-own = Statement { $number } of this house: { $title }
crisis-shipped = Comes with Bedside

# Own cases of the rules
undone-decision-changed = Meanwhile it was decided anew. Above stands what is decided now: look whether your judgement still holds, and send again.
rules-cases-ran = Last run { $at }
rules-cases-outdated = Cases were added or set aside since.
rules-cases-not-run = Not yet run under this version.
undone-statement-used-elsewhere = An approved version is in use at houses where you may not do this. Somebody who may at all of them has to.
logged-hold-mailed = End of a hold told by e-mail

# Scheduled posts
nav-planned = Scheduled posts
planned-title = Scheduled posts
planned-body = Posts of the house’s own for later. One leaves only if nothing stands against it when its time comes: the rules of then, no pause, no incident, no open case that stops scheduled posts. Otherwise it stays back, and a person decides anew.
planned-none = Nothing scheduled
planned-not-yours = Posts are scheduled by whoever writes drafts, on a channel that can say something of its own.
planned-back-then = Change time or text and have it approved anew, or withdraw it.
planned-by = Written by { $who }.
planned-approved-by = Approved by { $who }.
planned-meets = Now it would stay back:
planned-warns = Hints of the guard:
planned-own = You wrote this. Someone else has to approve it.
planned-asked = waits for approval
planned-approved = approved
planned-leaving = is leaving
planned-back = kept back
planned-confirm = I have read the hints and answer for them.
planned-approve = Approve for this time
planned-change = Change
planned-withdraw = Withdraw
planned-new = Schedule a post
planned-edit = Change the post
planned-account = Channel
planned-lang = Language
planned-at = When
planned-at-hint = It leaves at this time. If an hour has passed in which it could not, it stays back.
planned-text = Text
planned-text-hint = Everybody reads it. No names of patients.
planned-blocked = The guard blocks this text:
planned-permission = Nobody appears in it, or written permission for exactly this use is on file.
planned-ask = Put up for approval
planned-past = Lately
planned-said = Left
planned-withdrawn = Withdrawn
planned-look = Look
own-back-paused = Sending is paused.
own-back-incident = An incident runs.
own-back-stopped-by-case = An open case stops scheduled posts.
own-back-too-late = Its time was over already.
own-back-erased = Its text can’t be read any more.
own-back-not-approved = It does not stand as it was approved.
own-back-guard = The guard does not let it through.
own-back-rules = The rules do not permit it.
own-back-refused = The platform does not take it.
own-back-unsure = The platform does not say whether it arrived. Look there.
undone-own-post-leaving = This post is leaving, has left or is withdrawn.
undone-own-post-changed = This post was changed meanwhile.
undone-no-own-voice = On this channel the house can say nothing of its own.
logged-own-post-written = Post scheduled
logged-own-post-approved = Scheduled post approved
logged-own-post-withdrawn = Scheduled post withdrawn
logged-own-post-kept-back = Scheduled post kept back
logged-own-post-said = Scheduled post left
# The demo's tour
tour-title = Tour
tour-lead = Five minutes through an invented hospital. Posts, messages of the record and alarms are going through the real program right now; nothing leaves this machine.
tour-honest = Invented are the people, the house, the platforms, the hospital’s record system and the phones. Mara, Jonas and three patients do some things by themselves so that there is something to see; like every act, what they do stands in the log.
tour-people = Who you can be
tour-people-lead = Each button makes a link that works once and asks for a password of your own (at least 12 characters). Use a second browser profile for the second person, or change here.
tour-as = Sign in as { $who }
tour-desk = Desk and administration
tour-desk-sees = Reads, writes answers, invites to the private door.
tour-approver = Approval
tour-approver-sees = Approves what others wrote, confirms links, puts rules in force.
tour-privacy = Privacy officer
tour-privacy-sees = Reads texts and log, sees the integration without names; writes no answers.
tour-on-call = On call
tour-on-call-sees = Sees crises alone, takes them, sends an approved reply.
tour-steps = Eight steps
tour-soon = comes within the first minutes
tour-1 = Posts are decided
tour-1-body = As Mara: every case says what happens and which rule wants it. Open “Mein Vater ist heute Nacht bei Ihnen gestorben” (my father died in your house last night): the house is silent for 72 hours and tells patient relations.
tour-1-go = Inbox
tour-1-waiting = What waits
tour-2 = Four eyes
tour-2-body = As Mara: write an answer, a wrong one too (“Your appointment on Monday …”): the guard stops it. Ask for approval. As Jonas: approve; for 20 seconds you can take it back.
tour-2-go = What is to be done now
tour-3 = An alarm calls
tour-3-body = A post speaks of suicide. Nurse Roth is called until somebody says that they know. On her phone the link opens the alarm without text or name; the button acknowledges.
tour-3-go = Nurse Roth’s phone
tour-4 = The record knows more
tour-4-body = Admissions, a transfer, a death and a merge come as HL7 messages. Eva has linked her account: her case knows that she is in the house. Jan Albers’ father dies: his open case is held at once. The integration is seen by those alone who look after it (Mara, the privacy officer).
tour-4-linked = Eva’s case
tour-4-death = Jan’s case
tour-4-links = Messages of the record
tour-5 = The private door
tour-5-body = Petra Lenz found no confidential way; Mara has invited her. Open the link on her phone and be the patient: consent, name the patient number { $number } and the day of birth { $born }, write. Jonas then confirms the link in the case that this makes.
tour-5-go = Petra Lenz’s phone
tour-6 = In the patient’s chart
tour-6-body = The demo’s record system shows Eva’s chart: a card (CDS Hooks) that she wrote, and the app beside it (SMART). For patients who have not consented: nothing.
tour-6-go = Eva’s chart
tour-7 = Changing a rule
tour-7-body = Mara has written a rule of the house’s own and tried it on the posts of these days. See which decisions change. Jonas puts it in force, not Mara.
tour-7-go = Version and replay
tour-8 = Proving what happened
tour-8-body = As the privacy officer (Dr. Brandt): every act stands in the log, without text, with checkpoints; the balance counts without measuring anybody.
tour-8-log = Log
tour-8-balance = Balance
tour-band = Demo.
tour-band-body = Everything here is invented; nothing leaves this machine.
tour-band-go = To the tour
tour-band-away = Hide
tour-at-gate = This is the demo. Who you can be is said by the

# The demo's surroundings: its record system and two phones
outside-emr = The demo’s record system
outside-emr-note = A stand-in for a hospital’s EMR, part of the demo and not of Bedside. Signed in: Dr. Nora Falk.
outside-emr-none = Choose a patient.
outside-patients = Patients
outside-born = born { $born }, patient number { $number }
outside-cards = Cards when the chart is opened
outside-cards-none = No cards: nobody has consented here, or there is nothing to say.
outside-cards-failed = Bedside did not answer: { $why }
outside-app = App in the chart
outside-on-call-note = A stand-in for a duty phone, part of the demo.
outside-on-call-none = No alarm so far. One comes within the first minute.
outside-patient-note = A stand-in for a phone, part of the demo: the house’s private messages to this account.
outside-patient-none = No message yet. One comes within the first minute.
outside-open = Open the link
outside-reload = Reload
outside-back = To the tour
