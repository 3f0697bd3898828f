/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of libssh2. It is wiped when it is freed, since packets hold passwords. And packets
 * that nobody asked for are read as they go: what a host says at the end of a login, such as why an
 * account is closed (SSH_MSG_USERAUTH_BANNER), libssh2 keeps to itself. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_private.h"
#include "net/ssh_wire.h"

#define MSG_USERAUTH_BANNER 53
#define SAID_MAX            400

union block {
    size_t size;
    max_align_t align;
};

static void listen_to(struct rw_ssh *ssh, const void *data, size_t size)
{
    struct rw_wire wire = rw_wire_init(data, size);
    if (size == 0 || rw_wire_u8(&wire) != MSG_USERAUTH_BANNER)
        return;
    struct rw_wire text = rw_wire_string(&wire);
    const char *words = (const char *)text.data;
    size_t length = text.left;
    while (length && (unsigned char)words[length - 1] <= ' ')
        length--;
    if (wire.bad || length == 0)
        return;
    free(ssh->said); /* the last one counts: the first may be the same for everybody */
    ssh->said = rw_text_printable(words, length, SAID_MAX);
}

static void *allocate(size_t size, void **abstract)
{
    (void)abstract;
    union block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    return block + 1;
}

static void free_block(void *memory, void **abstract)
{
    struct rw_ssh *ssh = *abstract;
    if (!memory)
        return;
    union block *block = (union block *)memory - 1;
    if (!ssh->opened)
        listen_to(ssh, memory, block->size);
    rw_secret_wipe(memory, block->size);
    free(block);
}

static void *resize(void *memory, size_t size, void **abstract)
{
    void *bigger = allocate(size, abstract);
    if (!memory || !bigger)
        return bigger;
    size_t before = ((union block *)memory - 1)->size;
    memcpy(bigger, memory, before < size ? before : size);
    free_block(memory, abstract);
    return bigger;
}

void *rw_ssh_give(const void *data, size_t size)
{
    void *copy = allocate(size + 1, NULL);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    ((char *)copy)[size] = '\0';
    return copy;
}

LIBSSH2_SESSION *rw_ssh_session_new(struct rw_ssh *ssh)
{
    return libssh2_session_init_ex(allocate, free_block, resize, ssh);
}
