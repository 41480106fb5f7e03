# Imports inside the server: how they go, why they fail, and what is wrong with a mapping or a file.

import-state-waiting = Waiting
import-state-running = Running
import-state-finished = Finished
import-state-cancelled = Cancelled
import-state-failed = Failed

import-failure-file-gone = The file is not there any more. Send it again: only what is missing will come in.
import-failure-file-unreadable = The file could not be read to its end. See to it and send it again: only what is missing will come in.
import-failure-row-too-long = A row is longer than 1 MiB: somewhere a quotation mark is not closed. Correct the file and send it again: only what is missing will come in.
import-failure-no-progress = It was begun several times and got no further. Tell whoever runs the server, and send the file again: only what is missing will come in.
import-failure-internal = It failed by a fault of ours. Tell whoever runs the server, and send the file again: only what is missing will come in.

import-summary-waiting = It waits for its turn: one file is imported at a time.
import-summary-running = Rows read: { $rows }. Petitions that came in: { $taken }; here already: { $already }. Rows refused: { $refused }.
import-summary-running-dry = Nothing is written. Rows read: { $rows }. Petitions that would come in: { $taken }; here already: { $already }. Rows that would be refused: { $refused }.
import-summary-finished = Rows read: { $rows }. Petitions that came in: { $taken }; here already: { $already }. Rows refused: { $refused }.
import-summary-finished-dry = Nothing was written. Rows read: { $rows }. Petitions that would come in: { $taken }; here already: { $already }. Rows that would be refused: { $refused }.
import-summary-ended = It stopped before its end and what came in stays; send the same file again and the rest comes in. Rows read: { $rows }. Petitions that came in: { $taken }; here already: { $already }. Rows refused: { $refused }.
import-summary-ended-dry = It stopped before its end. Nothing was written. Rows read: { $rows }. Petitions that would come in: { $taken }; here already: { $already }. Rows that would be refused: { $refused }.

# Errors of a field of the mapping, or of the file.

field-source-malformed = Write 1 to 40 small letters without accents, digits or low lines.
field-delimiter-malformed = Write one character of ASCII that is no quotation mark.
field-date-form-malformed = It is no form of a date: write for example %d/%m/%Y or %Y-%m-%dT%H:%M:%S.
field-time-zone-unknown = There is no such time zone. Write one of the IANA database, such as America/Monterrey.
field-territory-malformed = These are degrees of WGS 84: north and south from -90 to 90, east and west from -180 to 180.
field-territory-reversed = South lies below north, and west before east.
field-header-unreadable = The heading is not in { $encoding }. See that it is the right file, or say in the mapping which encoding it has (encoding = "windows-1252").
field-row-too-long = The heading is longer than 1 MiB: see that the file is a CSV.
