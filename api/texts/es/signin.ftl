# Inicio de sesión, cuentas y nombramientos.

role-position = Puesto de la oficina
role-liaison = Enlace de una dependencia
role-administrator = Administración del sistema
role-auditor = Contraloría
role-transparency = Transparencia
role-privacy-officer = Protección de datos personales
role-client = Sistema de una dependencia

field-password-too-short = La contraseña es demasiado corta: use al menos 12 caracteres.
field-password-too-long = La contraseña es demasiado larga: use 128 caracteres como máximo.
field-password-is-email = La contraseña no puede ser el correo de la cuenta.
field-password-common = La contraseña es de las que todos prueban primero. Elija otra.
field-password-unchanged = La contraseña nueva es la misma que la actual.
field-password-wrong = La contraseña actual no es esa.
field-email-malformed = No es una dirección de correo electrónico.
field-staff-unknown = No existe esa cuenta.
field-staff-suspended = La cuenta está suspendida: actívela antes de nombrar a la persona.
field-position-unknown = No existe un puesto con ese código.
field-position-missing = Falta el código del puesto.
field-position-unexpected = Este papel no lleva puesto.
field-liaison-elsewhere = Los enlaces se nombran en /v1/liaisons.
field-until-before-from = Debe ser posterior al primer día.
field-staff-or-account = Indique una cuenta existente o los datos de una nueva: una sola de las dos.

first-sign-in = Todavía no hay cuentas: se creó la primera administración.
first-sign-in-email = Correo:
first-sign-in-password = Contraseña de un solo uso:
first-sign-in-file = La contraseña de un solo uso está en { $file }. Borre el archivo después de usarla.
first-sign-in-configured = Entre con el correo y la contraseña de ATIENDE_ADMIN_EMAIL y ATIENDE_ADMIN_PASSWORD.

last-administrator = Nadie más podría administrar
    .detail = Es la única persona que administra el sistema. Nombre antes a otra.
appointment-ended = El nombramiento ya terminó
    .detail = El nombramiento ya no está en vigor; no queda nada que terminar.
