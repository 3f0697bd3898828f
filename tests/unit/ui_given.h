/* SPDX-License-Identifier: Apache-2.0 */
/* Results that the model (ui_scene.h) is given, as if checks and installs had been: four hosts,
 * none of which is ever connected to, as long as the loop does not turn. */
#ifndef RW_TESTS_UNIT_UI_GIVEN_H
#define RW_TESTS_UNIT_UI_GIVEN_H

#include "rke2/node_table.h"
#include "unit/ui_scene.h"

struct given {
    struct rw_cluster *cluster; /* on which the checks work */
    struct rw_check_result result;
    struct rw_dns_evidence evidence;
    struct rw_dns_verdicts verdicts;
    struct rw_host_verdicts hosts;
    struct rw_ports_matrix matrix;
    struct rw_node_table nodes;
};

extern struct given given;

/* The four hosts of the documentation, in a cluster that is called ha-demo. */
void give_answers(void);
/* The model lets go of everything; before scene_stop(). */
void given_take_back(void);
/* Shows a step at which the model is then, and draws it. */
void given_open(enum rw_wizard_step step);

/* Step 3: the name leads to these addresses, for everybody who was asked. */
void give_dns(const char *const *addresses);
/* The same one by one: a host's index, or -1 for the name server of this machine; addresses may be
 * NULL. Then what is to be thought of it. */
struct rw_dns_asker *give_dns_answer(int asker, enum rw_dns_code code,
                                     const char *const *addresses);
void give_dns_verdicts(void);
extern const char *const given_all_servers[], *const given_one_wrong[];
/* Step 4: swap on the agent, which cannot reach 9345 of the first server. */
void give_requirements(void);
void give_requirements_good(void);
void give_requirements_bad(void); /* on all hosts, in long words */
/* Step 7, in the middle: the first server is up, the second joins. */
void give_install(void);
/* An event about a host. */
void give_note(const char *name, enum rw_event_kind kind, const char *key, const char *text);
/* That install has ended. */
void give_end(enum rw_outcome outcome);

#endif
