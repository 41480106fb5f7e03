# Trabajos: el mismo paso en muchas peticiones.

job-step-route = Canalizar
job-step-hand-over = Entregar el seguimiento
job-step-tag = Etiquetar
job-step-untag = Quitar etiquetas
job-step-reclassify = Reclasificar
job-step-cancel = Cancelar canalizaciones

job-state-running = En curso
job-state-finished = Terminado
job-state-cancelled = Cancelado

job-result-pending = En espera
job-result-done = Hecha
job-result-refused = Rechazada
job-result-undone = Deshecha
job-result-cancelled = Cancelada

count-differs = El filtro encuentra otro número de peticiones
    .detail = No se hizo nada. El problema dice en count cuántas encuentra ahora: revíselas y repita la solicitud con ese número.
job-running = El trabajo sigue en curso
    .detail = Espere a que termine, o cancélelo antes de deshacer lo que ya hizo.
job-over = El trabajo ya terminó
    .detail = Ya no queda nada que cancelar. Lo que hizo puede deshacerse con otro trabajo.
job-being-undone = Ya se está deshaciendo
    .detail = Otro trabajo que deshace este sigue en curso. Espere a que termine, o cancélelo, y vea qué queda.
selection-too-large = Son demasiadas peticiones
    .detail = Un trabajo toma hasta 5,000 peticiones. Acote el filtro y haga varios.
selection-too-wide = El filtro abarca demasiado
    .detail = Habría que revisar más peticiones de las que caben en una consulta para saber cuántas encuentra. Acótelo con received_from y received_to, con un estado o con una etiqueta.
changed-since = Ya cambió desde entonces
    .detail = Alguien modificó después lo que este trabajo hizo, o la dependencia ya lo aceptó. Revise la petición y decida en ella.
not-undoable = No se puede deshacer
    .detail = Lo que se hizo tuvo otras consecuencias y se queda como está. Si hace falta, corrija la petición con otro paso.

field-count-differs = El filtro encuentra ahora { $count }: confirme ese número.
field-selection-too-large = El filtro encuentra más de { $max }.
field-selection-empty = El filtro no encuentra ninguna petición.
field-one-of-petitions-and-filter = Indique las peticiones en petitions o con filter: exactamente uno de los dos.
field-nothing-wanted = No cambia nada: indique al menos uno de { $members }.
