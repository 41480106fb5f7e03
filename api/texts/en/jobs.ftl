# Jobs: the same step on many petitions.

job-step-route = Route
job-step-hand-over = Hand over
job-step-tag = Tag
job-step-untag = Untag
job-step-reclassify = Reclassify
job-step-cancel = Cancel assignments

job-state-running = Running
job-state-finished = Finished
job-state-cancelled = Cancelled

job-result-pending = Pending
job-result-done = Done
job-result-refused = Refused
job-result-undone = Undone
job-result-cancelled = Cancelled

count-differs = The filter finds another number of petitions
    .detail = Nothing was done. The problem says in count how many it finds now: look at them and repeat the request with that number.
job-running = The job is still running
    .detail = Wait until it is over, or call it off before you undo what it has done.
job-over = The job is over
    .detail = There is nothing left to call off. What it did can be undone by another job.
job-being-undone = It is being undone already
    .detail = Another job that undoes this one is still running. Wait until it is over, or call it off, and look at what is left.
selection-too-large = Too many petitions
    .detail = A job takes up to 5,000 petitions. Narrow the filter and make several.
selection-too-wide = The filter reaches too far
    .detail = More petitions would have to be looked at than one request may read to know how many it finds. Narrow it by received_from and received_to, by a state or by a tag.
changed-since = It has changed since
    .detail = Somebody has changed since what this job did, or the dependency has accepted it. Look at the petition and decide there.
not-undoable = It cannot be undone
    .detail = What was done had further consequences and stays as it is. If need be, correct the petition by another step.

field-count-differs = The filter finds { $count } now: confirm that number.
field-selection-too-large = The filter finds more than { $max }.
field-selection-empty = The filter finds no petition.
field-one-of-petitions-and-filter = Name the petitions in petitions or by filter: exactly one of the two.
field-nothing-wanted = It changes nothing: say at least one of { $members }.
