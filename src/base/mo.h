/* SPDX-License-Identifier: Apache-2.0 */
/* Reads message catalogues of gettext: .mo files, sorted, without a hash table, with little-endian
 * numbers, as script/catalogues builds them into the program. */
#ifndef RW_BASE_MO_H
#define RW_BASE_MO_H

#include <stddef.h>

struct rw_catalogue {
    const char *code; /* of the language, as po/LINGUAS has it */
    const unsigned char *mo;
};

/* Ended by an entry without a code; generated. */
extern const struct rw_catalogue rw_catalogues[];

/* The catalogue of that language, or NULL. */
const struct rw_catalogue *rw_mo_of(const char *code);
/* The translation of text, of its forms for numbers the one that is counted from 0; NULL when there
 * is none, or not that many forms. Static. "" is the catalogue's own head. */
const char *rw_mo_find(const struct rw_catalogue *catalogue, const char *text, size_t form);

#endif
