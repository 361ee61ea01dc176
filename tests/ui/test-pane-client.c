/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui-test.h"
#include "ui/hp-client-label.h"
#include "ui/hp-log-table.h"
#include "ui/hp-request-pane.h"

typedef struct
{
  GtkWidget *widget;
  const char *text;
} Wanted;

/* Whether a label below the widget has the text in it. */
static gboolean
tells (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (tells (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
tells_cb (gpointer data)
{
  Wanted *wanted = data;

  return tells (wanted->widget, wanted->text);
}

static gboolean
is_named_cb (gpointer data)
{
  return *(gboolean *) data;
}

static void
named_cb (gboolean *named)
{
  *named = TRUE;
}

/* Our own socket, so that the client of the connection is this program. */
static void
name_connection (HpClientNames *names, guint32 connection)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  gboolean named = FALSE;
  gulong id = g_signal_connect_swapped (names, "named", G_CALLBACK (named_cb), &named);
  struct stat info;

  g_assert_cmpint (fstat (fd, &info), ==, 0);
  hp_client_names_note (names, connection, info.st_ino);
  ui_test_wait (is_named_cb, &named);
  g_signal_handler_disconnect (names, id);
  close (fd);
}

/* The pane is open when it becomes known who asked. */
static void
test_named_later (void)
{
  g_autoptr (HpClientNames) names = hp_client_names_new ();
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *table = hp_log_table_new ();
  HpRequestRecord record = ui_test_record ("/a", 200);
  GtkWidget *pane;

  hp_client_label_set_names (names);
  pane = hp_request_pane_new (HP_LOG_TABLE (table));
  gtk_box_append (GTK_BOX (box), table);
  gtk_box_append (GTK_BOX (box), pane);
  gtk_window_set_child (GTK_WINDOW (window), box);
  record.connection = 7;
  hp_request_log_append (log, &record);
  /* The same number in a log from a file means another connection. */
  record.flags = HP_RECORD_SAVED;
  hp_request_log_append (log, &record);
  hp_log_table_set_log (HP_LOG_TABLE (table), log);
  hp_request_pane_set_log (HP_REQUEST_PANE (pane), log, NULL);
  gtk_window_present (GTK_WINDOW (window));

  gtk_selection_model_select_item (hp_log_table_get_selection (HP_LOG_TABLE (table)), 0, TRUE);
  ui_test_wait (tells_cb, &(Wanted){ pane, "127.0.0.1" });
  g_assert_false (tells (pane, "test-pane-clien"));
  name_connection (names, 7);
  ui_test_wait (tells_cb, &(Wanted){ pane, "test-pane-clien" });
  g_assert_true (tells (pane, "127.0.0.1"));

  gtk_selection_model_select_item (hp_log_table_get_selection (HP_LOG_TABLE (table)), 1, TRUE);
  ui_test_frames (window, 2);
  g_assert_true (tells (pane, "127.0.0.1"));
  g_assert_false (tells (pane, "test-pane-clien"));
  name_connection (names, 7);
  g_assert_false (tells (pane, "test-pane-clien"));

  gtk_window_destroy (GTK_WINDOW (window));
  hp_client_label_set_names (NULL);
}

int
main (int argc, char *argv[])
{
  ui_test_init (&argc, &argv);
  g_test_add_func ("/pane-client/named-later", test_named_later);
  return g_test_run ();
}
