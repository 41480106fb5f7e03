# What the command line's tools say: import, demo, verify.

import-done = { $rows } rows read: { $written } petitions written ({ $repaired } with repairs), { $already } here already, { $refused } refused.
import-report = What was refused, repaired or missing, row by row: { $file }
import-encoding-hint = Rows are not in { $encoding }: if the file is of another encoding, say so in the mapping (encoding = "windows-1252").
import-action-refused = refused
import-action-repaired = repaired
import-action-kept = kept

import-rule-R01 = The row is not in the file's encoding.
import-rule-R02 = The file ends in the middle of this row.
import-rule-R03 = The row has more or fewer columns than the header.
import-rule-R04 = The source's number is missing, longer than 100 bytes or holds control characters.
import-rule-R05 = A row before it has the same number.
import-rule-R06 = The opening date is missing or impossible.
import-rule-R07 = The opening date lies in the future.
import-rule-R08 = The closing date is impossible or lies in the future: the closing's instant is unknown.
import-rule-R09 = It was closed before it was opened: the closing's instant is unknown.
import-rule-R10 = It is closed and no date says since when: the closing's instant is unknown.
import-rule-R11 = The mapping does not say whether this status is open or closed.
import-rule-R12 = There are no words of the citizen.
import-rule-R13 = A text holds control characters: they became spaces.
import-rule-R14 = A text has more than 10,000 characters.
import-rule-R15 = Nothing says where it is.
import-rule-R16 = The coordinates are no coordinates: they are left out.
import-rule-R17 = The coordinates lie outside the mapping's territory.
import-rule-R18 = The mapping does not know this category: it is unclassified.
import-rule-R19 = The mapping does not know this channel: it is unknown.
import-rule-R20 = The mapping does not know this agency: it is not routed.
import-rule-R21 = The clocks skipped this hour: it is taken as if they had not.
import-rule-R22 = The postal code is not five digits: it is left out.
import-rule-R23 = The rules of a petition's history refuse what the row says.
import-rule-R24 = The date of the last change is impossible, in the future or before the opening: its instant is unknown.
import-rule-R25 = The name of the neighbourhood is too long or holds control characters: it is left out.
import-rule-R26 = The catalogue has no neighbourhood of this code: it is left out.
import-rule-R27 = The crossing street's name is too long or holds control characters: it is left out.

demo-done = { $petitions } petitions of a city that does not exist, in every state.
demo-files = Files that came with them: { $files }.
demo-not-empty = The database holds petitions already: nothing was added. With --add the demonstration goes beside them.

verify-holds = Everything holds: { $petitions } petitions, { $events } entries, { $erased } erased texts, { $files } attachments.
verify-broken = NOT everything holds: { $petitions } petitions, { $events } entries, { $erased } erased texts, { $broken } petitions broken, { $counters } counters that do not agree, { $broken_files } of { $files } attachments broken.
verify-first = First break: petition { $folio } ({ $id }), entry { $sequence }: { $why }
verify-break-altered = the entry's bytes do not have the hash that is stored with them.
verify-break-unlinked = the entry does not name the hash of the one before it.
verify-break-gap = the entry is missing.
verify-break-unreadable = the entry cannot be read, or belongs to another petition.
verify-break-head = the petition holds another last entry than its history.
verify-break-text = a text is gone or was changed without having been erased.
verify-break-state = what the entries add up to is not what is stored.
verify-change = Change number { $number } is missing.
verify-folio-missing = Folio number { $number } of { $series } is missing.
verify-folio-twice = Folio number { $number } of { $series } is there twice.
verify-file = First attachment: { $id } of petition { $petition }: { $why }
verify-file-missing = its content is not where it was stored.
verify-file-altered = its content is not what was stored.
verify-desk = The count of the desk { $desk } of { $owner } is not that of what lies on it.

reindex-done = The search is made anew from { $petitions } petitions.
verify-search-holds = The search agrees with the texts of { $petitions } petitions.
verify-search-behind = The search has not followed every change yet: look again when a server has run for a moment.
verify-search-differs = The search does NOT agree with the texts: { $differing } petitions differ (the first: { $first }), { $missing } are missing. `atiende reindex` makes it anew.

catalogue-done = { $added } added, { $changed } changed, { $unchanged } as they were.
catalogue-would = It would be { $added } added, { $changed } changed, { $unchanged } as they are. Nothing was written.
catalogue-ambiguous = Nobody can tell whether the file means these, so they stayed as they are: { $codes }
