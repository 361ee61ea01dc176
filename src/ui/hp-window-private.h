/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-navigation.h"
#include "ui/hp-server-page.h"
#include "ui/hp-toast-area.h"
#include "ui/hp-window.h"

G_BEGIN_DECLS

struct _HpWindow
{
  AdwApplicationWindow parent_instance;

  /* owned */
  HpServerList *servers;
  HpServer *selected; /* NULL only while the list is empty */
  GSignalGroup *selected_signals;
  GCancellable *cancellable;
  GCancellable *chooser; /* of the question for folders; NULL unless it is open */
  GMenu *recent;         /* folders that were in the list before */
  GQueue undos;          /* of HpUndo, the newest first */
  GQueue questions;      /* about settings that folders bring; the first one is being asked */
  GPtrArray *stops;      /* of programs that are being stopped */

  /* template */
  HpToastArea *toasts;
  GtkStack *stack;
  GtkMenuButton *menu_button;
  HpNavigation *navigation;
  GtkWidget *sidebar;
  GtkWidget *sidebar_header;
  GtkScrolledWindow *sidebar_scroller;
  GtkListBox *list;
  GtkStack *views;
  GtkWidget *view_switch;
  GtkWidget *drop_hint;
  GMenuModel *main_menu;
  GMenuModel *server_menu;
  GtkMenuButton *recent_button;

  HpServerPage *page; /* in the views; NULL until hp_window_get_page() */

  guint last_undo_id;
  guint list_source;   /* 0 once the list is shown */
  guint scroll_source; /* 0 unless the selected row is to be scrolled to */
  guint fill_source;   /* 0 unless there are rows to fill */
  int n_made;          /* rows, as the list changed */
  gboolean moving;     /* the list changes its order, not its members */
};

/* hp-window-actions.c */
void hp_window_actions_class_init (GtkWidgetClass *widget_class);
void hp_window_actions_init (HpWindow *self);
/* Those of the new page. */
void hp_window_actions_add_page (HpWindow *self);
/* Sets what is enabled and checked from the state of the selected server. */
void hp_window_actions_update (HpWindow *self);

/* hp-window-folders.c: adding folders */
void hp_window_folders_init (HpWindow *self);
void hp_window_choose_folders (HpWindow *self);
/* One that was in the list before, with all it had. */
void hp_window_add_again (HpWindow *self, GFile *folder);
/* Asks where the folder of a server is now. */
void hp_window_locate_folder (HpWindow *self, HpServer *server);

/* hp-window-views.c: "servers" or "ports" */
/* (transfer none): of the selected server; made when it is asked for. */
HpServerPage *hp_window_get_page (HpWindow *self);
gboolean hp_window_shows_ports (HpWindow *self);
void hp_window_show_view (HpWindow *self, const char *name);
/* The same, and goes there with the focus. */
void hp_window_go_to_view (HpWindow *self, const char *name);
/* What screen readers call it. */
void hp_window_update_title (HpWindow *self);

/* hp-window-recent.c: folders that were in the list before */
void hp_window_recent_init (HpWindow *self);
void hp_window_recent_update (HpWindow *self);

/* hp-window-settings-file.c: the settings that a folder brings */
void hp_window_look_for_settings (HpWindow *self, HpServer *server);
void hp_window_save_settings (HpWindow *self, HpServer *server);
void hp_window_forget_questions (HpWindow *self);

/* hp-window-stop.c */
void hp_window_stop_init (HpWindow *self);
void hp_window_force_stop (HpWindow *self, pid_t pid);

/* hp-window-check.c: why doesn't it open? */
void hp_window_check (HpWindow *self);

/* hp-window-exchange.c: the list to a file and from one */
void hp_window_exchange_init (HpWindow *self);

/* hp-window-undo.c */
void hp_window_remove (HpWindow *self, HpServer *server);
/* The server's own port is another one now; offers the way back. */
void hp_window_port_changed (HpWindow *self, HpServer *server, guint16 old_port);
/* These servers were added all at once; tells so. Returns what to undo it by. */
guint hp_window_imported (HpWindow *self, GPtrArray *servers, const char *text);
void hp_window_clear_log (HpWindow *self, HpServer *server);
gboolean hp_window_can_undo (HpWindow *self);
/* id 0: what was done last. */
void hp_window_undo (HpWindow *self, guint id);
void hp_window_forget_undos (HpWindow *self);

/* hp-window.c */
void hp_window_update_stack (HpWindow *self);
/* GTK_INVALID_LIST_POSITION when it isn't in the list */
guint hp_window_find (HpWindow *self, HpServer *server);
void hp_window_show_sidebar (HpWindow *self);
/* Whether the focus is in a row of the sidebar. */
gboolean hp_window_row_has_focus (HpWindow *self);
/* Puts the focus on the selected row. */
void hp_window_focus_row (HpWindow *self);
void hp_window_move_selected (HpWindow *self, guint position);

G_END_DECLS
