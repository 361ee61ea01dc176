/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-port-list.h"
#include "ui/hp-port-detail.h"
#include "ui/hp-port-row.h"
#include "ui/hp-ports-page.h"

G_BEGIN_DECLS

struct _HpPortsPage
{
  GtkWidget parent_instance;

  /* owned */
  HpServerList *servers;
  HpPortList *ports;
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;
  GtkFilter *filter;
  GtkSorter *sorter;
  HpPortMeasures *measures;
  GPtrArray *watched; /* of HpPortEntry, as they are in the list */
  GCancellable *cancellable;
  GdkSurface *surface; /* while realized */
  GtkPopover *menu;    /* NULL until it is opened for the first time */
  char **words;        /* of the search, folded */
  const char *sort;    /* static */

  /* template */
  GtkWidget *content;
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkBox *tools;
  GtkEditable *search_entry;
  GtkMenuButton *sort_button;
  GtkStack *stack;
  AdwStatusPage *no_match;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  HpPortDetail *detail;
  GMenuModel *sort_menu;
  GMenuModel *row_menu;

  gulong surface_id;
  guint refilter_source; /* 0 unless entries have changed and may match or stand otherwise */
  guint tick_source;     /* 0 while nobody looks */
  guint size_source;     /* 0 unless a new size waits to be used */
  gboolean folded;
  gboolean only_mine;
  gboolean only_web;
  gboolean narrow;
  gboolean wanted_narrow;
};

/* hp-ports-page-actions.c: what can be done with the selected port */
void hp_ports_page_actions_install (GtkWidgetClass *widget_class);
void hp_ports_page_actions_connect (HpPortsPage *self);
/* Sets what is enabled from the selected port, and shows its details. */
void hp_ports_page_actions_update (HpPortsPage *self);
/* NULL: none is selected. (transfer none) */
HpPortEntry *hp_ports_page_get_selected (HpPortsPage *self);
void hp_ports_page_activate (HpPortsPage *self, HpPortEntry *entry);

/* hp-ports-page.c */
/* Calls the function for each row that is made at the moment. */
void hp_ports_page_for_each_row (HpPortsPage *self, void (*func) (HpPortRow *row));
/* The server of ours that listens there; NULL: none. (transfer none) */
HpServer *hp_ports_page_find_server (HpPortsPage *self, guint16 port);

G_END_DECLS
