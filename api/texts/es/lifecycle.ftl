# El ciclo de vida en palabras: una etiqueta por cada código.

# Estados de una petición.
petition-state-received = Recibida
petition-state-routed = Canalizada
petition-state-in-progress = En proceso
petition-state-awaiting-citizen = En espera de la ciudadanía
petition-state-in-review = En revisión
petition-state-answered = Con respuesta
petition-state-closed = Concluida

# Tipos de petición.
kind-service-request = Solicitud de servicio
kind-support = Apoyo
kind-information = Información
kind-suggestion = Sugerencia
kind-recognition = Reconocimiento
kind-complaint = Queja
kind-denunciation = Denuncia

# Prioridades.
priority-normal = Normal
priority-high = Alta
priority-urgent = Urgente

# Resultados: qué fue del asunto.
outcome-attended = Atendida
outcome-partially-attended = Atendida en parte
outcome-not-feasible = No viable
outcome-unfounded = Sin materia que atender
outcome-not-competent = No es competencia del municipio
outcome-oriented = Orientación brindada
outcome-acknowledged = Tomada en cuenta

# Por qué no es viable.
infeasibility-budget = Falta de presupuesto
infeasibility-technical = Impedimento técnico
infeasibility-legal = Impedimento legal
infeasibility-private-property = Propiedad privada
infeasibility-third-party = Depende de un tercero

# Archivos adjuntos.
attachment-kind-citizen = De la ciudadanía
attachment-kind-evidence = Evidencia de la dependencia
attachment-kind-internal = Interno de la oficina
attachment-kind-identity = Documento de identidad

# Cierres: cómo terminó el expediente.
closing-notified = Respuesta notificada
closing-unreachable = Sin localizar a la persona
closing-no-contact = Sin medio de contacto
closing-no-reply = Sin contestación de la persona
closing-withdrawn = Desistimiento
closing-annulled = Anulada
closing-imported = Concluida antes de su importación

# Estados de una canalización.
assignment-state-pending = Por aceptar
assignment-state-accepted = Aceptada
assignment-state-resolved = Atendida por la dependencia
assignment-state-returned = Devuelta
assignment-state-cancelled = Cancelada

# Motivos de devolución.
return-reason-not-competent = No es de su competencia
return-reason-other-area = Corresponde a otra área
return-reason-duplicate = Ya la tiene

# Causas de cancelación.
cancel-cause-office = Decisión de la oficina
cancel-cause-answered = Se respondió sin esperarla
cancel-cause-withdrawn = Desistimiento
cancel-cause-annulled = Petición anulada
cancel-cause-no-reply = Sin contestación de la persona
cancel-cause-against-public-servant = Es contra una persona servidora pública
cancel-cause-imported = La petición llegó ya concluida
cancel-cause-merged = La petición sigue a otra del mismo asunto

# Estados de una pregunta a la persona peticionaria.
question-state-drafted = Por liberar
question-state-open = En espera de contestación
question-state-replied = Contestada
question-state-lapsed = Vencida sin contestación
question-state-ended = Sin efecto

# Contactos: sentido, medio, propósito y resultado.
direction-in = De la ciudadanía a la oficina
direction-out = De la oficina a la ciudadanía

medium-telephone = Teléfono
medium-in-person = En persona
medium-letter = Oficio o carta
medium-email = Correo electrónico
medium-messaging = Mensajería
medium-social-media = Redes sociales
medium-web = Página web

purpose-status-enquiry = Consulta de avance
purpose-insistence = Insistencia
purpose-progress = Aviso de avance
purpose-question = Pregunta
purpose-answer = Respuesta
purpose-reopening = Solicitud de reapertura

contact-result-told = Se le informó
contact-result-message-left = Se dejó recado
contact-result-no-answer = No contestó
contact-result-wrong-number = Número equivocado
contact-result-refused = No quiso atender
contact-result-sent = Enviado
contact-result-delivered = Entregado
contact-result-bounced = Rechazado o devuelto

# Precisión de una fecha.
precision-instant = Fecha y hora
precision-day = Solo el día
precision-unknown = Se desconoce

# Plazos: etapas y estados.
stage-route = Canalizar
stage-accept = Aceptar
stage-resolve = Atender
stage-answer = Responder
stage-notify = Notificar

term-state-on-time = En tiempo
term-state-at-risk = Por vencer
term-state-overdue = Vencido
term-state-paused = En pausa
term-state-met = Cumplido
term-state-missed = Incumplido

# Tipos de canal.
channel-type-phone-073 = Línea 073
channel-type-desk = Módulo de atención
channel-type-social-media = Redes sociales
channel-type-press = Medios de comunicación
channel-type-letter = Escrito
channel-type-gathering = Reunión, recorrido o comité
channel-type-email = Correo electrónico
channel-type-messaging = Mensajería
channel-type-web = Formulario web
channel-type-open311 = Aplicación Open311
channel-type-authority = Otra autoridad
channel-type-mayor-office = Oficina de la Presidencia Municipal
channel-type-unknown = Se desconoce

# Qué ve la dependencia de los datos de contacto.
authority-level-federal = Federal
authority-level-state = Estatal
authority-level-intermunicipal = De varios municipios
authority-level-private = Particular
field-type-text = Texto
field-type-number = Número entero
field-type-date = Fecha
field-type-choice = Una opción
field-type-several = Una o varias opciones
handling-kept = Se guarda copia
handling-seen = Se revisa y se devuelve
contact-rule-never = Nunca
contact-rule-on-acceptance = Al aceptar la canalización
contact-rule-always = Desde la canalización

# Identidad de quien pide.
identity-named = Con nombre
identity-anonymous = Anónima

petitioner-kind-person = Persona
petitioner-kind-organisation = Organización
petitioner-kind-committee = Comité

# Pasos de una petición.
petition-step-amend = Corregir
petition-step-reclassify = Reclasificar
petition-step-prioritise = Cambiar la prioridad
petition-step-route = Canalizar
petition-step-ask = Preguntar a la persona
petition-step-answer = Responder
petition-step-contact = Registrar un contacto
petition-step-notify = Notificar la respuesta
petition-step-reopen = Reabrir
petition-step-withdraw = Registrar el desistimiento
petition-step-join = Sumar a otra persona peticionaria
petition-step-close = Concluir por falta de contestación
petition-step-annul = Anular
petition-step-note = Anotar
petition-step-attach = Adjuntar un archivo
petition-step-deliver = Recibir documentos
petition-step-disclose = Mostrar datos personales
petition-step-take = Tomar para seguimiento
petition-step-hand-over = Pasar a otro puesto o persona
petition-step-tag = Etiquetar
petition-step-relate = Relacionar con otra petición
petition-step-split = Separar una parte
petition-step-merge = Unir a otra del mismo asunto
petition-step-unmerge = Deshacer la unión

# Pasos de una canalización.
assignment-step-accept = Aceptar
assignment-step-return = Devolver
assignment-step-delegate = Turnar a un área
assignment-step-appoint = Designar responsable
assignment-step-set-external-reference = Dar el número del sistema propio
assignment-step-report-progress = Informar avance
assignment-step-extend = Ampliar el plazo
assignment-step-ask = Preguntar a la persona
assignment-step-attach = Adjuntar evidencia
assignment-step-resolve = Dar por atendida
assignment-step-send-back = Regresar a la dependencia
assignment-step-cancel = Cancelar

# Pasos de una pregunta.
question-step-release-question = Liberar la pregunta
question-step-reply = Registrar la contestación
question-step-cancel-question = Retirar la pregunta

# Para qué se muestran datos personales.
disclosure-purpose-contact = Comunicarse con la persona
disclosure-purpose-verification = Verificar la identidad
disclosure-purpose-correction = Corregir lo capturado
disclosure-purpose-visit = Visitar el lugar
disclosure-purpose-document = Elaborar o entregar un oficio

# Historia: qué pasó.
event-filed = Se registró la petición
event-amended = Se corrigieron los datos
event-reclassified = Se reclasificó
event-prioritised = Cambió la prioridad
event-routed = Se canalizó a una dependencia
event-accepted = La dependencia aceptó
event-returned = La dependencia la devolvió
event-return-let-go = La oficina dejó sin efecto la devolución
event-delegated = Se turnó a un área de la dependencia
event-appointed = Se designó responsable
event-referenced = El sistema de la dependencia dio su número
event-progressed = La dependencia informó avance
event-extended = Se amplió el plazo
event-resolved = La dependencia la dio por atendida
event-sent-back = La oficina la regresó a la dependencia
event-cancelled = Se canceló la canalización
event-asked = Se formuló una pregunta a la persona
event-question-released = Se liberó la pregunta
event-replied = La persona contestó
event-question-lapsed = Venció el plazo para contestar
event-question-ended = La pregunta quedó sin efecto
event-answered = Se emitió la respuesta
event-contacted = Hubo contacto con la persona
event-closed = Concluyó la petición
event-closing-lifted = Se levantó el cierre
event-reopened = Se reabrió la petición
event-withdrawn = Hubo desistimiento
event-joined = Se sumó otra persona peticionaria
event-linked = Se vinculó con una persona que ya es conocida
event-unlinked = Se deshizo el vínculo con una persona
event-related = Se relacionó con otra petición
event-unrelated = Se deshizo la relación con otra petición
event-merged = Se unió a otra petición del mismo asunto
event-unmerged = Se deshizo la unión con otra petición
event-carried = Avanzó con la petición a la que sigue
event-adopted = Se respondió con la petición a la que sigue
event-led = Otra petición del mismo asunto la sigue
event-left-alone = Otra petición dejó de seguirla
event-noted = Se agregó una nota
event-attached = Se adjuntó un archivo
event-delivered = Se recibieron documentos
event-attachment-erased = Se borró el contenido de un archivo
event-taken = Alguien de la oficina la tomó para seguimiento
event-handed-over = Pasó a otro puesto o persona
event-tagged = Cambiaron sus etiquetas
capacity-citizen = La persona peticionaria
capacity-system = El propio sistema
capacity-client = Sistema de { $dependency }

# Qué dejó una captación.
intake-kind-petitions = Peticiones
intake-kind-information = Orientación
# Escritorios: qué espera a quién.
desk-open = En seguimiento
desk-to-route = Por canalizar
desk-returned = Devueltas por la dependencia
desk-to-review = Por revisar y responder
desk-to-release = Con pregunta por liberar
desk-to-reply = Con contestación, o sin ella en plazo
desk-to-tell = Por notificar
desk-to-call-back = Por volver a llamar
desk-to-reassign = Por reasignar
assignment-desk-open = Abiertas
assignment-desk-to-accept = Por aceptar
assignment-desk-to-work = Por atender
assignment-desk-replied = Con contestación a su pregunta, o sin ella en plazo
assignment-desk-due-soon = Por vencer
assignment-desk-overdue = Vencidas
worklist-person = Mis peticiones
worklist-office = Toda la oficina

# Relaciones entre peticiones, y qué es cada una para la otra.
relation-recurrence = Reincidencia
relation-split = Separación
relation-same-place = Mismo lugar
relation-part-earlier = El problema volvió a presentarse en la otra
relation-part-later = El problema ya se había presentado en la otra
relation-part-whole = De esta se separó la otra
relation-part-part = Esta se separó de la otra
relation-part-beside = En el mismo lugar que la otra

# Por qué dos peticiones se parecen.
duplicate-near = A { $number } m
duplicate-same-neighbourhood = En la misma colonia
duplicate-same-category = De la misma categoría
duplicate-similar-category = De una categoría parecida
duplicate-same-words = Palabras en común: { $number }
duplicate-days-apart = Días de diferencia: { $number }
