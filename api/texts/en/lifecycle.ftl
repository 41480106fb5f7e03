# The lifecycle in words: one label per code.

# States of a petition.
petition-state-received = Received
petition-state-routed = Routed
petition-state-in-progress = In progress
petition-state-awaiting-citizen = Awaiting the citizen
petition-state-in-review = In review
petition-state-answered = Answered
petition-state-closed = Closed

# Kinds of petition.
kind-service-request = Service request
kind-support = Support
kind-information = Information
kind-suggestion = Suggestion
kind-recognition = Recognition
kind-complaint = Complaint
kind-denunciation = Denunciation

# Priorities.
priority-normal = Normal
priority-high = High
priority-urgent = Urgent

# Outcomes: what became of the matter.
outcome-attended = Attended
outcome-partially-attended = Partially attended
outcome-not-feasible = Not feasible
outcome-unfounded = Unfounded
outcome-not-competent = Not the city's competence
outcome-oriented = Oriented
outcome-acknowledged = Acknowledged

# Why it is not feasible.
infeasibility-budget = No budget
infeasibility-technical = Technical impediment
infeasibility-legal = Legal impediment
infeasibility-private-property = Private property
infeasibility-third-party = Depends on a third party

# Attachments.
attachment-kind-citizen = From the citizen
attachment-kind-evidence = Evidence of the dependency
attachment-kind-internal = Internal to the office
attachment-kind-identity = Identity document

# Closings: how the file ended.
closing-notified = Notified
closing-unreachable = Unreachable
closing-no-contact = No means of contact
closing-no-reply = No reply
closing-withdrawn = Withdrawn
closing-annulled = Annulled
closing-imported = Closed before its import

# States of an assignment.
assignment-state-pending = Pending
assignment-state-accepted = Accepted
assignment-state-resolved = Resolved
assignment-state-returned = Returned
assignment-state-cancelled = Cancelled

# Reasons to return.
return-reason-not-competent = Not its competence
return-reason-other-area = Belongs to another area
return-reason-duplicate = Already has it

# Causes of cancellation.
cancel-cause-office = The office decided so
cancel-cause-answered = Answered without waiting for it
cancel-cause-withdrawn = Withdrawal
cancel-cause-annulled = Petition annulled
cancel-cause-no-reply = The citizen did not reply
cancel-cause-against-public-servant = It is against a public servant
cancel-cause-imported = The petition came in already closed
cancel-cause-merged = The petition follows another one of the same matter

# States of a question to the citizen.
question-state-drafted = To be released
question-state-open = Awaiting the reply
question-state-replied = Replied
question-state-lapsed = Lapsed
question-state-ended = Ended

# Contacts: direction, medium, purpose and result.
direction-in = From the citizen
direction-out = To the citizen

medium-telephone = Telephone
medium-in-person = In person
medium-letter = Letter
medium-email = E-mail
medium-messaging = Messaging
medium-social-media = Social media
medium-web = Website

purpose-status-enquiry = Status enquiry
purpose-insistence = Insistence
purpose-progress = News of the work
purpose-question = Question
purpose-answer = Answer
purpose-reopening = Request to reopen

contact-result-told = Told
contact-result-message-left = Message left
contact-result-no-answer = No answer
contact-result-wrong-number = Wrong number
contact-result-refused = Refused
contact-result-sent = Sent
contact-result-delivered = Delivered
contact-result-bounced = Bounced

# Precision of a date.
precision-instant = Date and time
precision-day = The day only
precision-unknown = Unknown

# Terms: stages and states.
stage-route = Route
stage-accept = Accept
stage-resolve = Resolve
stage-answer = Answer
stage-notify = Notify

term-state-on-time = On time
term-state-at-risk = At risk
term-state-overdue = Overdue
term-state-paused = Paused
term-state-met = Met
term-state-missed = Missed

# Channel types.
channel-type-phone-073 = 073 line
channel-type-desk = Service desk
channel-type-social-media = Social media
channel-type-press = Press
channel-type-letter = Letter
channel-type-gathering = Meeting, tour or committee
channel-type-email = E-mail
channel-type-messaging = Messaging
channel-type-web = Web form
channel-type-open311 = Open311 application
channel-type-authority = Another authority
channel-type-mayor-office = Mayor's office
channel-type-unknown = Unknown

# What a dependency sees of the contact data.
authority-level-federal = Federal
authority-level-state = State
authority-level-intermunicipal = Of several municipalities
authority-level-private = Private
field-type-text = Text
field-type-number = Whole number
field-type-date = Date
field-type-choice = One choice
field-type-several = One or more choices
handling-kept = A copy is kept
handling-seen = Looked at and given back
contact-rule-never = Never
contact-rule-on-acceptance = Once it accepts
contact-rule-always = From the routing on

# Identity of a petitioner.
identity-named = Named
identity-anonymous = Anonymous

petitioner-kind-person = Person
petitioner-kind-organisation = Organisation
petitioner-kind-committee = Committee

# Steps of a petition.
petition-step-amend = Amend
petition-step-reclassify = Reclassify
petition-step-prioritise = Prioritise
petition-step-route = Route
petition-step-ask = Ask the citizen
petition-step-answer = Answer
petition-step-contact = Record a contact
petition-step-notify = Notify the answer
petition-step-reopen = Reopen
petition-step-withdraw = Record a withdrawal
petition-step-join = Add a co-petitioner
petition-step-close = Close for want of a reply
petition-step-annul = Annul
petition-step-note = Note
petition-step-attach = Attach a file
petition-step-deliver = Take documents in
petition-step-disclose = Show personal data
petition-step-take = Take
petition-step-hand-over = Hand over
petition-step-tag = Tag
petition-step-relate = Relate to another petition
petition-step-split = Split a part off
petition-step-merge = Merge into another of the same matter
petition-step-unmerge = Undo the merge

# Steps of an assignment.
assignment-step-accept = Accept
assignment-step-return = Return
assignment-step-delegate = Delegate to a unit
assignment-step-appoint = Appoint somebody
assignment-step-set-external-reference = Say the number in the own system
assignment-step-report-progress = Report progress
assignment-step-extend = Extend the term
assignment-step-ask = Ask the citizen
assignment-step-attach = Attach evidence
assignment-step-resolve = Resolve
assignment-step-send-back = Send back
assignment-step-cancel = Cancel

# Steps of a question.
question-step-release-question = Release the question
question-step-reply = Record the reply
question-step-cancel-question = Cancel the question

# What personal data is shown for.
disclosure-purpose-contact = To contact the citizen
disclosure-purpose-verification = To verify who is calling
disclosure-purpose-correction = To correct what was captured
disclosure-purpose-visit = To visit the place
disclosure-purpose-document = To write or deliver a document

# History: what happened.
event-filed = The petition was filed
event-amended = The description was amended
event-reclassified = It was reclassified
event-prioritised = The priority changed
event-routed = It was routed to a dependency
event-accepted = The dependency accepted
event-returned = The dependency returned it
event-return-let-go = The office let the returned share go
event-delegated = It was delegated within the dependency
event-appointed = Somebody was appointed to see to it
event-referenced = The dependency's own system gave its number
event-progressed = The dependency reported progress
event-extended = The term was extended
event-resolved = The dependency resolved it
event-sent-back = The office sent it back
event-cancelled = The assignment was cancelled
event-asked = A question was put to the citizen
event-question-released = The question was released
event-replied = The citizen replied
event-question-lapsed = The term to reply passed
event-question-ended = The question ended
event-answered = The answer was issued
event-contacted = There was a word with the citizen
event-closed = The petition was closed
event-closing-lifted = The closing was lifted
event-reopened = The petition was reopened
event-withdrawn = It was withdrawn
event-joined = Another petitioner joined
event-linked = Linked to a person who is known already
event-unlinked = The link to a person was undone
event-related = It was related to another petition
event-unrelated = It is related to another petition no longer
event-merged = It was merged into another petition of the same matter
event-unmerged = The merge was undone
event-carried = It moved with the petition that it follows
event-adopted = It was answered with the petition that it follows
event-led = Another petition of the same matter follows it
event-left-alone = Another petition follows it no longer
event-noted = A note was added
event-attached = A file was attached
event-delivered = Documents were taken in
event-attachment-erased = The content of a file was erased
event-taken = Somebody of the office took it
event-handed-over = It was handed over
event-tagged = Its tags changed
capacity-citizen = The citizen
capacity-system = The system itself
capacity-client = System of { $dependency }

# What an intake yielded.
intake-kind-petitions = Petitions
intake-kind-information = Orientation
# Desks: what waits for whom.
desk-open = Followed
desk-to-route = To route
desk-returned = Returned by the dependency
desk-to-review = To review and answer
desk-to-release = With a question to release
desk-to-reply = With a reply, or none in term
desk-to-tell = To tell
desk-to-call-back = To call back
desk-to-reassign = To reassign
assignment-desk-open = Open
assignment-desk-to-accept = To accept
assignment-desk-to-work = To work on
assignment-desk-replied = With a reply to its question, or none in term
assignment-desk-due-soon = Due soon
assignment-desk-overdue = Overdue
worklist-person = My petitions
worklist-office = The whole office

# Relations between petitions, and what each is to the other.
relation-recurrence = Recurrence
relation-split = Split
relation-same-place = Same place
relation-part-earlier = The trouble came again in the other one
relation-part-later = The trouble was in the other one before
relation-part-whole = The other one was split off this one
relation-part-part = This one was split off the other one
relation-part-beside = At the same place as the other one

# Why two petitions are alike.
duplicate-near = { $number } m away
duplicate-same-neighbourhood = In the same neighbourhood
duplicate-same-category = Of the same category
duplicate-similar-category = Of a similar category
duplicate-same-words = Words in common: { $number }
duplicate-days-apart = Days apart: { $number }
