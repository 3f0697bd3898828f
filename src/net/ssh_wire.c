/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ssh_wire.h"

#include <string.h>

struct rw_wire rw_wire_init(const void *data, size_t size)
{
    return (struct rw_wire){.data = data, .left = size};
}

const unsigned char *rw_wire_bytes(struct rw_wire *wire, size_t size)
{
    if (wire->bad || size > wire->left) {
        wire->bad = true;
        wire->left = 0;
        return NULL;
    }
    const unsigned char *data = wire->data;
    wire->data += size;
    wire->left -= size;
    return data;
}

uint8_t rw_wire_u8(struct rw_wire *wire)
{
    const unsigned char *p = rw_wire_bytes(wire, 1);
    return p ? *p : 0;
}

uint32_t rw_wire_u32(struct rw_wire *wire)
{
    const unsigned char *p = rw_wire_bytes(wire, 4);
    if (!p)
        return 0;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

struct rw_wire rw_wire_string(struct rw_wire *wire)
{
    uint32_t size = rw_wire_u32(wire);
    const unsigned char *data = rw_wire_bytes(wire, size);
    /* An empty string must not be a null pointer: callers hand it to memcpy. */
    struct rw_wire string = rw_wire_init(data ? (const void *)data : "", data ? size : 0);
    string.bad = !data;
    return string;
}

bool rw_wire_equals(const struct rw_wire *wire, const char *text)
{
    return !wire->bad && wire->left == strlen(text) && memcmp(wire->data, text, wire->left) == 0;
}

void rw_wire_put_u32(struct rw_buf *out, uint32_t value)
{
    unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
                              (unsigned char)(value >> 8), (unsigned char)value};
    rw_buf_add(out, bytes, sizeof bytes);
}

void rw_wire_put_string(struct rw_buf *out, const void *data, size_t size)
{
    rw_wire_put_u32(out, (uint32_t)size);
    rw_buf_add(out, data, size);
}

void rw_wire_put_mpint(struct rw_buf *out, const void *data, size_t size)
{
    const unsigned char *p = data;
    while (size && *p == 0) {
        p++;
        size--;
    }
    bool negative = size && (*p & 0x80);
    rw_wire_put_u32(out, (uint32_t)size + negative);
    if (negative)
        rw_buf_addc(out, '\0');
    rw_buf_add(out, p, size);
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

bool rw_wire_base64(const char *text, size_t size, struct rw_buf *out)
{
    if (size % 4)
        return false;
    for (size_t i = 0; i < size; i += 4) {
        uint32_t bits = 0;
        int bytes = 3;
        for (size_t k = 0; k < 4; k++) {
            int digit = base64_digit(text[i + k]);
            if (digit < 0) {
                /* "=" or "==" may only stand at the very end. */
                bool padding = text[i + k] == '=' && i + 4 == size && k >= 2;
                if (!padding || (k == 2 && text[i + 3] != '='))
                    return false;
                bytes--;
                digit = 0;
            } else if (bytes < 3) {
                return false;
            }
            bits = bits << 6 | (uint32_t)digit;
        }
        char three[3] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};
        rw_buf_add(out, three, (size_t)bytes);
    }
    return true;
}

bool rw_wire_key_type(const void *blob, size_t size, char out[RW_WIRE_TYPE_SIZE])
{
    struct rw_wire wire = rw_wire_init(blob, size);
    struct rw_wire type = rw_wire_string(&wire);
    if (type.bad || type.left == 0 || type.left >= RW_WIRE_TYPE_SIZE)
        return false;
    for (size_t i = 0; i < type.left; i++) {
        if (type.data[i] <= ' ' || type.data[i] > '~' || type.data[i] == ',')
            return false;
    }
    memcpy(out, type.data, type.left);
    out[type.left] = '\0';
    return true;
}
