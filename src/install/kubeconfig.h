/* The administrator's kubeconfig for use from outside. Pure. */
#ifndef RW_INSTALL_KUBECONFIG_H
#define RW_INSTALL_KUBECONFIG_H

#include "remote/reply.h"

/* From what kubeconfig.sh answered: every cluster entry points to the registration name instead of
 * the loopback address. To rw_secret_free(). */
char *rw_kubeconfig_for(const struct rw_reply *reply, const char *registration_name);

#endif
