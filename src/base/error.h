/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: one code for the program to branch on, one message for the user to read. */
#ifndef RW_BASE_ERROR_H
#define RW_BASE_ERROR_H

/* Every fallible function returns 0 or one of these (all negative). */
#define RW_ERROR_MAP(X)                                                                            \
    X(RW_EINVAL, -1, "invalid argument")                                                           \
    X(RW_ESYNTAX, -2, "syntax error")                                                              \
    X(RW_EIO, -3, "input/output error")                                                            \
    X(RW_ENOTFOUND, -4, "not found")                                                               \
    X(RW_EEXIST, -5, "exists already")                                                             \
    X(RW_ELIMIT, -6, "limit exceeded")                                                             \
    X(RW_ERESOLVE, -7, "name not resolved")                                                        \
    X(RW_ECONNECT, -8, "connection failed")                                                        \
    X(RW_ECLOSED, -9, "connection closed")                                                         \
    X(RW_ETIMEOUT, -10, "timed out")                                                               \
    X(RW_EPROTO, -11, "protocol error")                                                            \
    X(RW_EAUTH, -12, "login refused")                                                              \
    X(RW_EHOSTKEY, -13, "host key not trusted")                                                    \
    X(RW_EPRIVILEGE, -14, "no root rights")                                                        \
    X(RW_EREMOTE, -15, "remote command failed")                                                    \
    X(RW_ECANCELED, -16, "canceled")                                                               \
    X(RW_EBUSY, -17, "in use")                                                                     \
    X(RW_ECONFLICT, -18, "conflicting state")                                                      \
    X(RW_ETRUST, -19, "certificate not trusted")

enum rw_error_code {
#define X(name, value, text) name = value,
    RW_ERROR_MAP(X)
#undef X
};

#define RW_ERROR_MESSAGE_MAX 512

/* A caller-supplied place for the description of a failure. Holds no pointers: copy it freely. */
struct rw_error {
    int code; /* 0 or an enum rw_error_code */
    char message[RW_ERROR_MESSAGE_MAX];
};

/* Fills *err (which may be NULL) and returns code, so that `return rw_error_set(…)` reads well.
 * A longer message is cut at a UTF-8 character boundary. */
int rw_error_set(struct rw_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Gives the short English text of a code; never NULL. */
const char *rw_error_text(int code);

#endif
