/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of an operation: its states, its inputs, and the effect of each. A table, and
 * pure; operation.c carries the effects out. */
#ifndef RW_OPERATION_STATES_H
#define RW_OPERATION_STATES_H

#include "install/run.h"
#include "operation/operation.h"

enum rw_operation_state {
    RW_STATE_BEGUN,      /* on record; no host is connected */
    RW_STATE_LOCKING,    /* the lock of the hosts is being taken */
    RW_STATE_HELD,       /* another console has it, and the user is asked */
    RW_STATE_RELEASING,  /* before it is tried again */
    RW_STATE_CHECKING,   /* DNS, hosts, ports */
    RW_STATE_CHECKED,    /* nothing is open; the checks are being freed */
    RW_STATE_LOOKING,    /* the hosts are read, and the plan is made */
    RW_STATE_CONFIRMING, /* the plan is shown, and the user is asked */
    RW_STATE_WORKING,    /* hosts are changed */
    RW_STATE_CLOSING,    /* it has ended; checks, lock, connections and run are being closed */
    RW_STATE_CLOSED,
    RW_STATES,
};

enum rw_operation_input {
    /* by the front end */
    RW_INPUT_START,
    RW_INPUT_TAKE_OVER,
    RW_INPUT_LEAVE_LOCK,
    RW_INPUT_CONFIRM,
    RW_INPUT_DECLINE,
    RW_INPUT_HOLD,
    RW_INPUT_STOP,
    /* by what is below */
    RW_INPUT_LOCKED,
    RW_INPUT_LOCK_HELD,
    RW_INPUT_RELEASED,
    RW_INPUT_LOCK_LOST,
    RW_INPUT_GATE_OPEN,
    RW_INPUT_GATE_SHUT,
    RW_INPUT_NO_REPORT, /* it could not be written */
    RW_INPUT_CHECK_GONE,
    RW_INPUT_PLANNED,
    RW_INPUT_WORK_ENDED,
    RW_INPUT_ALL_CLOSED,
    RW_INPUTS,
};

enum rw_operation_effect {
    RW_EFFECT_NONE,
    RW_EFFECT_LOCK,
    RW_EFFECT_RELEASE,
    RW_EFFECT_CHECK,
    RW_EFFECT_FREE_CHECK,
    RW_EFFECT_WORK, /* begins to work */
    RW_EFFECT_GO,   /* the plan is confirmed */
    RW_EFFECT_DECLINE,
    RW_EFFECT_HOLD,
    RW_EFFECT_STOP,
    RW_EFFECT_LOSE,
    RW_EFFECT_END,   /* before there was work: its outcome is recorded and reported */
    RW_EFFECT_CLOSE, /* the work has reported how it ended */
    RW_EFFECT_CLOSED,
};

struct rw_operation_move {
    enum rw_operation_state next;
    enum rw_operation_effect effect;
    enum rw_outcome outcome; /* of END */
};

/* Gives the move of an operation of this kind. False: there is none, the input comes too early or
 * too late. */
bool rw_operation_move(enum rw_operation_kind kind, enum rw_operation_state state,
                       enum rw_operation_input input, struct rw_operation_move *move);

#endif
