/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the finding of an install that is shown. A failure is shown as it comes, and stays until
 * the user looks at another host or asks for the next one; consequences of it do not take its
 * place. Warnings of the checks are shown on request: they were shown at step 4. */
#ifndef RW_UI_INSTALL_FINDINGS_H
#define RW_UI_INSTALL_FINDINGS_H

#include "wizard/wizard.h"

/* `struct rw_install_findings findings = {0};` is empty. To rw_install_findings_done(). */
struct rw_install_findings {
    struct rw_findings list;
    int *ranks; /* of each: how much it is to be seen */
    size_t at;  /* that is shown, if one is */
    size_t seen;
    bool asked;     /* it is shown whatever host is selected */
    char *selected; /* host that was selected last */
};

void rw_install_findings_done(struct rw_install_findings *findings);
/* Reads them anew. selected: the host that the user has selected, or NULL. Gives the host that is
 * to be selected instead, because it has failed; borrowed until it is read anew; or NULL. */
const char *rw_install_findings_read(struct rw_install_findings *findings,
                                     const struct rw_wizard *wizard, const char *selected);
/* The one that is shown, or NULL; borrowed until it is read anew. */
const struct rw_finding *rw_install_findings_shown(const struct rw_install_findings *findings);
/* Shows one, or the next one; gives its host, which is to be selected, or NULL. */
const char *rw_install_findings_next(struct rw_install_findings *findings);

#endif
