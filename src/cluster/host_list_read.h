/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the host list. Inside this folder only.
 *
 *     host_list.c          the table of formats
 *     host_list_add.c      a host is added; what is wrong, and what is not taken over
 *     host_list_token.c    the words of a plain line
 *     host_list_word.c     what a word means: endpoints, ranges, roles, heads of columns
 *     host_list_ssh.c      options of ssh: jump hosts in ProxyJump and ProxyCommand
 *     host_list_groups.c   groups of hosts, and their variables
 *     host_list_decide.c   what they make of a host: its role, its login
 *     host_list_role.c     the role that the name of a group names
 *     host_list_yaml.c     YAML and JSON: what all readers of them share
 *
 * and a reader in a file of its own for each format: _lines, _table, _ini, _config (of ssh),
 * _ansible, _records, _k0sctl, _kubekey, _rke1, _answers. */
#ifndef RW_CLUSTER_HOST_LIST_READ_H
#define RW_CLUSTER_HOST_LIST_READ_H

#include <stdbool.h>
#include <yaml.h>

#include "base/buf.h"
#include "cluster/host_list.h"

#define HOST_LIST_BLANKS " \t\v\f"

/* ---- the text ---- */

struct host_list_text {
    const char *text;          /* its lines end with "\n" */
    const char *plain;         /* the same as host_list_plain_forms() has it */
    yaml_document_t *document; /* NULL: it is no YAML, and no JSON */
    const yaml_node_t *root;   /* of the document */
};

/* ---- what is read of a host ---- */

enum host_list_field {
    HOST_LIST_NAME,
    HOST_LIST_ADDRESS,
    HOST_LIST_ROLE,
    HOST_LIST_USER,
    HOST_LIST_PORT,
    HOST_LIST_KEY,
    HOST_LIST_JUMP,
    HOST_LIST_JUMP_KEY,
    HOST_LIST_FIELDS,
};

/* The words about one host; NULL: none. Owned by its maker. */
struct host_list_words {
    char *text[HOST_LIST_FIELDS];
    bool way_left; /* there is a way to the host that could not be taken over: no other is inherited
                    */
};
void host_list_words_done(struct host_list_words *words);
/* Keeps a copy, unless the field has a text already or this is NULL or empty. */
void host_list_set(struct host_list_words *words, enum host_list_field field, const char *text);

/* What is understood but not taken over; by kind, one warning names all of it. */
enum host_list_left {
    HOST_LIST_LEFT_PASSWORD,
    HOST_LIST_LEFT_WAY, /* to a host: without it, the host may not be reached */
    HOST_LIST_LEFT_HOST,
    HOST_LIST_LEFT_OTHER,
    HOST_LIST_LEFT_KINDS,
};

struct host_list_leftovers {
    char **items;
    size_t count;
    int line; /* of the first */
};

struct host_list_reader {
    struct rw_host_list *list;
    const char *name;
    const char *text; /* for the lines in findings */
    struct rw_findings *findings;
    struct rw_findings spare; /* takes what goes beyond RW_ANSWERS_PROBLEM_MAX */
    size_t problems;          /* of severity fail */
    size_t beyond;            /* hosts beyond the limit */
    struct host_list_leftovers left[HOST_LIST_LEFT_KINDS];
};

/* ---- host_list_add.c ---- */

/* Adds the host, with findings about what is wrong with it; words are used up. from is the group or
 * word that names its role, or NULL. */
void host_list_add(struct host_list_reader *reader, struct host_list_words *words, int line,
                   const char *from);
/* The same for a host that is whole; it is taken over. */
void host_list_take(struct host_list_reader *reader, struct rw_host *host, const char *from);
/* Adds a finding with {where} set. Borrowed until the next one. */
struct rw_finding *host_list_problem(struct host_list_reader *reader, enum rw_finding_id id,
                                     int line);
/* Reports that a line cannot be read. Passwords in it are not shown. */
void host_list_bad_line(struct host_list_reader *reader, int line);
/* Remembers what is not taken over. */
void host_list_leave(struct host_list_reader *reader, enum host_list_left kind, const char *what,
                     int line);
/* Reports what all hosts together lack, and what is not taken over. */
void host_list_finish(struct host_list_reader *reader);

/* ---- host_list_token.c ---- */

/* Separators and blanks of Chinese text and of web pages as those of ASCII; to free(). */
char *host_list_plain_forms(const char *text, size_t length);
/* The next word, between blanks and separators, without quotes; NULL at the end and at a comment.
 * To free(). *open: a quote does not end. */
char *host_list_next_word(const char **cursor, bool *open);
/* "-", "*", "1." before a host, "=" and "->" between words. */
bool host_list_is_ornament(const char *word);
/* A login name that no host has. */
bool host_list_is_user(const char *word);

/* ---- host_list_word.c ---- */

/* "server" or "agent" for what means one of them, in any case, also "controlplane,etcd" and the
 * like: a server that works too is a server. NULL for anything else; "etcd" alone is no role.
 * Static. */
const char *host_list_role(const char *text);
/* The field that a head of a column or a key names, in any case; HOST_LIST_FIELDS: none. */
enum host_list_field host_list_column(const char *head);
/* Whether a key names a password, whose value is never looked at. */
bool host_list_is_password(const char *key);
/* Takes "[user@]host[:port]", also "ssh://…" and "[v6]:port", apart: what the words have already
 * stays. The host is the address, and the name too when it is no IP address and name is set. False,
 * and nothing is taken, when it is none. */
bool host_list_take_endpoint(struct host_list_words *words, const char *text, bool name);
/* Calls each() for the names that a text with ranges means, as Ansible writes them ("node[01:10]",
 * "rack[a:c]-[1:9:2]"), at most RW_HOST_LIST_LIMIT + 1 times; once, with the text, when it has
 * none. False: a bracket is no range, and nothing is called. */
bool host_list_expand(const char *text, void (*each)(void *context, const char *name),
                      void *context);
/* The word at *at, up to a blank outside of quotes, without the quotes; NULL at the end. To free().
 */
char *host_list_shell_word(const char *text, size_t length, size_t *at);

/* ---- host_list_ssh.c ---- */

/* Takes options as ssh has them ("-p 2222 -J ops@bastion -o ProxyCommand='ssh -W %h:%p …'", in
 * ansible_ssh_common_args too) over, from *at on, up to a word that is no option, which is where
 * *at stands then. What cannot be taken over is left with a warning. */
void host_list_take_options(struct host_list_reader *reader, struct host_list_words *words,
                            const char *text, size_t *at, int line);
/* The value of one keyword of ssh_config; false when it is none that says how to log in. */
bool host_list_take_keyword(struct host_list_reader *reader, struct host_list_words *words,
                            const char *keyword, const char *value, int line);

/* ---- host_list_role.c ---- */

/* How much the name of a group says about roles. */
enum host_list_rank {
    HOST_LIST_RANK_NONE,
    HOST_LIST_RANK_WEAK,   /* "linux_servers", "zabbix_agents": may be about anything */
    HOST_LIST_RANK_NODE,   /* "nodes": agents, where servers are named beside them */
    HOST_LIST_RANK_PLAIN,  /* "servers", "agents", "gpu_workers" */
    HOST_LIST_RANK_STRONG, /* "rke2_servers", "masters", "kube_node" */
};
struct host_list_group_role {
    enum host_list_rank rank;
    bool server; /* else agent */
};
/* Reads whole words alone: "observers" is no server. */
struct host_list_group_role host_list_group_role(const char *name);

/* ---- host_list_groups.c ---- */

struct host_list_groups;

struct host_list_groups *host_list_groups_new(struct host_list_reader *reader);
void host_list_groups_free(struct host_list_groups *groups);
/* The group of this name, made when it is new; "all" holds every host. Beyond a limit the list is
 * refused. */
size_t host_list_group(struct host_list_groups *groups, const char *name);
void host_list_group_in(struct host_list_groups *groups, size_t child, size_t parent);
/* Puts hosts, one or a range, into a group; gives how many; 0: it is no name, and nothing is done.
 */
size_t host_list_group_hosts(struct host_list_groups *groups, size_t group, const char *name,
                             int line);
/* How many hosts there are in all groups. */
size_t host_list_group_total(const struct host_list_groups *groups);
/* Variables of the hosts that were put into a group last, and of a group. Secret ones are not kept.
 * value is NULL where it is no single text. */
void host_list_host_variable(struct host_list_groups *groups, const char *name, const char *value,
                             int line);
void host_list_group_variable(struct host_list_groups *groups, size_t group, const char *name,
                              const char *value, int line);
/* The words of the first of those hosts, to be set directly; borrowed until the next host is put
 * into a group. */
struct host_list_words *host_list_host_words(struct host_list_groups *groups);
/* Adds all hosts that belong to the cluster, with their roles. */
void host_list_groups_finish(struct host_list_groups *groups);

/* ---- host_list_yaml.c ---- */

/* Whether a text looks like YAML or JSON. */
bool host_list_is_yaml(const char *text);
/* Loads a text; false after a finding. */
bool host_list_load(struct host_list_reader *reader, const char *text, yaml_document_t *document);
/* The value of a key, or NULL; so for a node that is no mapping, or NULL. Keys that "<<" merges
 * count behind the mapping's own. */
const yaml_node_t *host_list_get(const struct host_list_text *text, const yaml_node_t *mapping,
                                 const char *key);
/* The text of a scalar, NULL for anything else and for null; borrowed. */
const char *host_list_scalar(const yaml_node_t *node);
/* The same for the value of a key. */
const char *host_list_get_scalar(const struct host_list_text *text, const yaml_node_t *mapping,
                                 const char *key);
/* The items of a list, or the pairs of a mapping, one after the other: at from 0 on; false at the
 * end, and for anything else. */
bool host_list_item(const struct host_list_text *text, const yaml_node_t *list, size_t *at,
                    const yaml_node_t **item);
bool host_list_pair(const struct host_list_text *text, const yaml_node_t *mapping, size_t *at,
                    const char **key, const yaml_node_t **value);
/* From 1; of the key of the pair that was given last. */
int host_list_line(const yaml_node_t *node);
int host_list_key_line(const struct host_list_text *text, const yaml_node_t *mapping, size_t at);

/* A row says what becomes of a key of a mapping: it fills a field, or is none of ours. */
struct host_list_key {
    const char *key;
    enum host_list_field field;
};
/* Takes the keys of a table over. Passwords and other keys are left with a warning, but for those
 * of `known`, which the caller reads itself. Both tables end with a NULL; known may be NULL. */
void host_list_take_keys(struct host_list_reader *reader, struct host_list_words *words,
                         const struct host_list_text *text, const yaml_node_t *mapping,
                         const struct host_list_key *keys, const char *const *known);
/* Takes a jump host as {address, port, user, key} of these names over. */
void host_list_take_bastion(struct host_list_reader *reader, struct host_list_words *words,
                            const struct host_list_text *text, const yaml_node_t *bastion,
                            const char *key);
/* Whether the document is an object of this API group ("k0sctl.k0sproject.io"). */
bool host_list_is_api(const struct host_list_text *text, const char *group);

/* ---- the formats: whether a text is in one, and its reader ---- */

bool host_list_is_answers(const struct host_list_text *text);
void host_list_read_answers(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_k0sctl(const struct host_list_text *text);
void host_list_read_k0sctl(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_kubekey(const struct host_list_text *text);
void host_list_read_kubekey(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_rke1(const struct host_list_text *text);
void host_list_read_rke1(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_ansible(const struct host_list_text *text);
void host_list_read_ansible(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_records(const struct host_list_text *text);
void host_list_read_records(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_foreign(const struct host_list_text *text);
void host_list_read_foreign(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_ini(const struct host_list_text *text);
void host_list_read_ini(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_config(const struct host_list_text *text);
void host_list_read_config(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_table(const struct host_list_text *text);
void host_list_read_table(struct host_list_reader *reader, const struct host_list_text *text);
bool host_list_is_lines(const struct host_list_text *text);
void host_list_read_lines(struct host_list_reader *reader, const struct host_list_text *text);

#endif
