# Lo que dicen las herramientas de la línea de órdenes: import, demo, verify.

import-done = { $rows } renglones leídos: { $written } peticiones escritas ({ $repaired } con reparaciones), { $already } que ya estaban, { $refused } rechazados.
import-report = Lo rechazado, reparado o faltante, renglón por renglón: { $file }
import-encoding-hint = Hay renglones que no están en { $encoding }: si el archivo tiene otra codificación, dígalo en la correspondencia (encoding = "windows-1252").
import-action-refused = rechazado
import-action-repaired = reparado
import-action-kept = tomado así

import-rule-R01 = El renglón no está en la codificación del archivo.
import-rule-R02 = El archivo se corta a la mitad de este renglón.
import-rule-R03 = El renglón tiene más o menos columnas que el encabezado.
import-rule-R04 = Falta el número de la fuente, pasa de 100 bytes o lleva caracteres de control.
import-rule-R05 = Un renglón anterior tiene el mismo número.
import-rule-R06 = La fecha de apertura falta o es imposible.
import-rule-R07 = La fecha de apertura está en el futuro.
import-rule-R08 = La fecha de cierre es imposible o está en el futuro: no se sabe cuándo cerró.
import-rule-R09 = Cerró antes de abrirse: no se sabe cuándo cerró.
import-rule-R10 = Está cerrada y ninguna fecha dice desde cuándo: no se sabe cuándo cerró.
import-rule-R11 = La correspondencia no dice si este estado es abierto o cerrado.
import-rule-R12 = No hay palabras de la ciudadanía.
import-rule-R13 = Un texto lleva caracteres de control: quedaron como espacios.
import-rule-R14 = Un texto pasa de 10,000 caracteres.
import-rule-R15 = Nada dice dónde es.
import-rule-R16 = Las coordenadas no lo son: se dejan fuera.
import-rule-R17 = Las coordenadas caen fuera del territorio de la correspondencia.
import-rule-R18 = La correspondencia no conoce esta categoría: queda sin clasificar.
import-rule-R19 = La correspondencia no conoce este canal: queda desconocido.
import-rule-R20 = La correspondencia no conoce esta área: no se canaliza.
import-rule-R21 = Los relojes saltaron esta hora: se toma como si no.
import-rule-R22 = El código postal no tiene cinco dígitos: se deja fuera.
import-rule-R23 = Las reglas de la historia de una petición rechazan lo que dice el renglón.
import-rule-R24 = La fecha del último cambio es imposible, futura o anterior a la apertura: no se sabe cuándo fue.
import-rule-R25 = El nombre de la colonia es demasiado largo o lleva caracteres de control: se deja fuera.
import-rule-R26 = El catálogo no tiene ninguna colonia con ese código: se deja fuera.
import-rule-R27 = El nombre de la calle que cruza es demasiado largo o lleva caracteres de control: se deja fuera.

demo-done = { $petitions } peticiones de una ciudad que no existe, en todos los estados.
demo-files = Archivos que llegaron con ellas: { $files }.
demo-not-empty = La base ya tiene peticiones: no se agregó nada. Con --add la demostración se pone a su lado.

verify-holds = Todo está íntegro: { $petitions } peticiones, { $events } asientos, { $erased } textos borrados, { $files } adjuntos.
verify-broken = NO todo está íntegro: { $petitions } peticiones, { $events } asientos, { $erased } textos borrados, { $broken } peticiones rotas, { $counters } contadores que no coinciden, { $broken_files } de { $files } adjuntos rotos.
verify-first = Primera ruptura: petición { $folio } ({ $id }), asiento { $sequence }: { $why }
verify-break-altered = los bytes del asiento no tienen la huella guardada con ellos.
verify-break-unlinked = el asiento no nombra la huella del anterior.
verify-break-gap = falta el asiento.
verify-break-unreadable = el asiento no se puede leer o es de otra petición.
verify-break-head = la petición guarda otro último asiento que su historia.
verify-break-text = un texto falta o cambió sin haber sido borrado.
verify-break-state = lo que suman los asientos no es lo que está guardado.
verify-change = Falta el número de cambio { $number }.
verify-folio-missing = Falta el folio número { $number } de { $series }.
verify-folio-twice = El folio número { $number } de { $series } está dos veces.
verify-file = Primer adjunto: { $id } de la petición { $petition }: { $why }
verify-file-missing = su contenido no está donde se guardó.
verify-file-altered = su contenido no es el que se guardó.
verify-desk = La cuenta del escritorio { $desk } de { $owner } no es la de lo que hay en él.

reindex-done = El índice de búsqueda se hizo de nuevo con { $petitions } peticiones.
verify-search-holds = La búsqueda concuerda con los textos de { $petitions } peticiones.
verify-search-behind = La búsqueda todavía no ha seguido todos los cambios: verifique de nuevo cuando el servidor haya corrido un momento.
verify-search-differs = La búsqueda NO concuerda con los textos: { $differing } peticiones difieren (la primera: { $first }) y faltan { $missing }. `atiende reindex` la hace de nuevo.

catalogue-done = { $added } agregados, { $changed } cambiados, { $unchanged } como estaban.
catalogue-would = Serían { $added } agregados, { $changed } cambiados y { $unchanged } como están. No se escribió nada.
catalogue-ambiguous = No se puede saber si el archivo se refiere a estos, así que quedaron como estaban: { $codes }
