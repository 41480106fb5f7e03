# Response templates: for which step they are, which fields they name, and dates in words.

template-step-file = When it is registered
template-step-contact = In a contact
template-step-ask = When asking
template-step-report-progress = When reporting progress
template-step-extend = When extending
template-step-return = When returning
template-step-resolve = When the dependency is done
template-step-answer = When answering
template-step-notify = When telling the answer
template-step-reopen = When reopening

template-field-folio = Folio
template-field-category = Category
template-field-kind = Kind of petition
template-field-channel = Channel
template-field-neighbourhood = Neighbourhood, as it was said
template-field-dependency = Dependencies that attend it
template-field-state = State
template-field-outcome = Outcome
template-field-received-date = Day of receipt
template-field-due-date = Day by which the answer is due
template-field-reply-date = Day until which a reply is awaited
template-field-scheduled-date = Day for which the work is planned
template-field-today = Today

date-in-words = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
