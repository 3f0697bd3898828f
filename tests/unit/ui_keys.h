/* SPDX-License-Identifier: Apache-2.0 */
/* Keys for widgets, written as a terminal sends them. */
#ifndef RW_TESTS_UNIT_UI_KEYS_H
#define RW_TESTS_UNIT_UI_KEYS_H

#include "ui/key.h"
#include "ui/ui.h"
#include "ui/widget.h"

#define UP          "\033[A"
#define DOWN        "\033[B"
#define RIGHT       "\033[C"
#define LEFT        "\033[D"
#define HOME        "\033[H"
#define END         "\033[F"
#define PAGE_UP     "\033[5~"
#define PAGE_DOWN   "\033[6~"
#define DELETE      "\033[3~"
#define BACKSPACE   "\177"
#define ENTER       "\r"
#define TAB         "\t"
#define BACK_TAB    "\033[Z"
#define CTRL_LEFT   "\033[1;5D"
#define CTRL_RIGHT  "\033[1;5C"
#define CTRL(c)     ((char[]){(c) & 0x1F, '\0'})
#define PASTE(text) "\033[200~" text "\033[201~"
#define ESC         "\033"
#define F9          "\033[20~"
#define F10         "\033[21~"

/* Gives the keys to the widget, and the result of the last one. A lone ESC at the end is passed on
 * as that key. */
enum rw_handled press(const struct rw_widget_class *class, void *widget, const char *keys);
/* The same for the shell, which is drawn before each key. */
void press_ui(struct rw_ui *ui, const char *keys);
/* Draws a widget alone, as text without styles, to free(); into *canvas when that is not NULL
 * (to rw_canvas_done()). */
char *draw_widget(const struct rw_widget_class *class, void *widget, int rows, int cols,
                  bool focused, struct rw_canvas *canvas);

#endif
