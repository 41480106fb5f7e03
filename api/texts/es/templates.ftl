# Plantillas de respuesta: para qué paso son, qué campos nombran, y fechas en palabras.

template-step-file = Al registrar
template-step-contact = En un contacto
template-step-ask = Al preguntar
template-step-report-progress = Al informar un avance
template-step-extend = Al prorrogar
template-step-return = Al devolver
template-step-resolve = Al terminar la dependencia
template-step-answer = Al responder
template-step-notify = Al notificar
template-step-reopen = Al reabrir

template-field-folio = Folio
template-field-category = Categoría
template-field-kind = Tipo de petición
template-field-channel = Canal
template-field-neighbourhood = Colonia, como se dijo
template-field-dependency = Dependencias que la atienden
template-field-state = Estado
template-field-outcome = Resultado
template-field-received-date = Día en que se recibió
template-field-due-date = Día en que vence la respuesta
template-field-reply-date = Día hasta el que se espera contestación
template-field-scheduled-date = Día para el que está programado el trabajo
template-field-today = Hoy

date-in-words = { $day } de { $month } de { $year }
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
