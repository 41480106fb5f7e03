# Sign-in, accounts and appointments.

role-position = Post of the office
role-liaison = Liaison of a dependency
role-administrator = System administration
role-auditor = Comptroller
role-transparency = Transparency
role-privacy-officer = Personal data protection
role-client = A dependency's own system

field-password-too-short = The password is too short: use at least 12 characters.
field-password-too-long = The password is too long: use at most 128 characters.
field-password-is-email = The password cannot be the account's e-mail.
field-password-common = The password is one of those that everybody tries first. Choose another.
field-password-unchanged = The new password is the same as the present one.
field-password-wrong = That is not the present password.
field-email-malformed = It is not an e-mail address.
field-staff-unknown = There is no such account.
field-staff-suspended = The account is suspended: activate it before appointing the person.
field-position-unknown = There is no post with that code.
field-position-missing = The code of the post is missing.
field-position-unexpected = This role takes no post.
field-liaison-elsewhere = Liaisons are appointed at /v1/liaisons.
field-until-before-from = It must come after the first day.
field-staff-or-account = Name an existing account or give the data of a new one: exactly one of the two.

first-sign-in = There are no accounts yet: the first administrator has been made.
first-sign-in-email = E-mail:
first-sign-in-password = One-use password:
first-sign-in-file = The one-use password is in { $file }. Delete the file once it has been used.
first-sign-in-configured = Sign in with the e-mail and password of ATIENDE_ADMIN_EMAIL and ATIENDE_ADMIN_PASSWORD.

last-administrator = Nobody else could administer
    .detail = This is the only person who administers the system. Appoint another one first.
appointment-ended = The appointment is over already
    .detail = The appointment is no longer in force; there is nothing left to end.
