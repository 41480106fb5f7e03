# Importaciones dentro del servidor: cómo van, por qué fallan y qué está mal en la correspondencia o en el archivo.

import-state-waiting = En espera
import-state-running = En curso
import-state-finished = Terminada
import-state-cancelled = Cancelada
import-state-failed = Fallida

import-failure-file-gone = El archivo ya no está. Envíelo de nuevo: solo entrará lo que falte.
import-failure-file-unreadable = El archivo no se pudo leer hasta el final. Revíselo y envíelo de nuevo: solo entrará lo que falte.
import-failure-row-too-long = Un renglón pasa de 1 MiB: en algún lugar falta cerrar comillas. Corrija el archivo y envíelo de nuevo: solo entrará lo que falte.
import-failure-no-progress = Se comenzó varias veces y no avanzó. Avise a quien administra el servidor y envíe el archivo de nuevo: solo entrará lo que falte.
import-failure-internal = Falló por un error nuestro. Avise a quien administra el servidor y envíe el archivo de nuevo: solo entrará lo que falte.

import-summary-waiting = Espera su turno: se importa un archivo a la vez.
import-summary-running = Renglones leídos: { $rows }. Peticiones que entraron: { $taken }; que ya estaban: { $already }. Renglones rechazados: { $refused }.
import-summary-running-dry = No se escribe nada. Renglones leídos: { $rows }. Peticiones que entrarían: { $taken }; que ya están: { $already }. Renglones que se rechazarían: { $refused }.
import-summary-finished = Renglones leídos: { $rows }. Peticiones que entraron: { $taken }; que ya estaban: { $already }. Renglones rechazados: { $refused }.
import-summary-finished-dry = No se escribió nada. Renglones leídos: { $rows }. Peticiones que entrarían: { $taken }; que ya están: { $already }. Renglones que se rechazarían: { $refused }.
import-summary-ended = Se detuvo antes de terminar y lo que entró se queda; si envía el mismo archivo de nuevo, entra el resto. Renglones leídos: { $rows }. Peticiones que entraron: { $taken }; que ya estaban: { $already }. Renglones rechazados: { $refused }.
import-summary-ended-dry = Se detuvo antes de terminar. No se escribió nada. Renglones leídos: { $rows }. Peticiones que entrarían: { $taken }; que ya están: { $already }. Renglones que se rechazarían: { $refused }.

# Errores de un campo de la correspondencia, o del archivo.

field-source-malformed = Escriba de 1 a 40 letras minúsculas sin acentos, dígitos o guiones bajos.
field-delimiter-malformed = Escriba un solo carácter de ASCII que no sean comillas.
field-date-form-malformed = No es una forma de fecha: escriba, por ejemplo, %d/%m/%Y o %Y-%m-%dT%H:%M:%S.
field-time-zone-unknown = No hay tal zona horaria. Escriba una de la base de la IANA, como America/Monterrey.
field-territory-malformed = Son grados de WGS 84: norte y sur de -90 a 90, este y oeste de -180 a 180.
field-territory-reversed = El sur queda debajo del norte y el oeste antes del este.
field-header-unreadable = El encabezado no está en { $encoding }. Vea que sea el archivo correcto, o diga en la correspondencia qué codificación tiene (encoding = "windows-1252").
field-row-too-long = El encabezado pasa de 1 MiB: vea que sea un archivo CSV.
