/* SPDX-License-Identifier: Apache-2.0 */
/* The data types of the SSH protocol (RFC 4251 section 5) and base64, read from hostile bytes. */
#ifndef RW_NET_SSH_WIRE_H
#define RW_NET_SSH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A cursor over borrowed bytes. Reading past the end sets bad and gives zeros from then on, so a
 * reader may check once at its end. */
struct rw_wire {
    const unsigned char *data;
    size_t left;
    bool bad;
};

struct rw_wire rw_wire_init(const void *data, size_t size);
uint8_t rw_wire_u8(struct rw_wire *wire);
uint32_t rw_wire_u32(struct rw_wire *wire);
/* Gives size bytes, borrowed; NULL when there are not so many. */
const unsigned char *rw_wire_bytes(struct rw_wire *wire, size_t size);
/* A string with its length in front: gives a cursor over its bytes. */
struct rw_wire rw_wire_string(struct rw_wire *wire);
bool rw_wire_equals(const struct rw_wire *wire, const char *text);

void rw_wire_put_u32(struct rw_buf *out, uint32_t value);
void rw_wire_put_string(struct rw_buf *out, const void *data, size_t size);
/* A big-endian unsigned number: leading zeros go, one comes back when the top bit is set. */
void rw_wire_put_mpint(struct rw_buf *out, const void *data, size_t size);

/* Appends the bytes that text encodes. White space is not accepted. False when it is not base64. */
bool rw_wire_base64(const char *text, size_t size, struct rw_buf *out);
/* Writes the name of a public key's type into out ("ssh-ed25519"); false when blob is no public
 * key or its type is no plain word. */
#define RW_WIRE_TYPE_SIZE 64
bool rw_wire_key_type(const void *blob, size_t size, char out[RW_WIRE_TYPE_SIZE]);

#endif
