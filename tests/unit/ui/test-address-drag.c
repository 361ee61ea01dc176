/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-address-drag.h"

#define LIMIT_US (60 * G_USEC_PER_SEC)

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* What somebody gets who asks for one of the forms. */
static char *
get (GdkContentProvider *provider, const char *type)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 limit = g_get_monotonic_time () + LIMIT_US;

  gdk_content_provider_write_mime_type_async (provider, type, stream, G_PRIORITY_DEFAULT, NULL,
                                              done_cb, &result);
  while (!result && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (result);
  g_assert_true (gdk_content_provider_write_mime_type_finish (provider, result, &error));
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write (stream, "", 1, NULL, NULL) == 1);
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

static void
test_forms (void)
{
  HpEngine *engine = hp_engine_new ();
  g_autoptr (HpPortMonitor) monitor = hp_port_monitor_new ();
  g_autoptr (HpServer) server = hp_server_new (engine, monitor, "/srv/site", 51234);
  g_autoptr (GdkContentProvider) provider = hp_address_drag_content (server);
  g_autoptr (GdkContentFormats) formats = gdk_content_provider_ref_storable_formats (provider);
  g_autofree char *list = get (provider, "text/uri-list");
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) text = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (gdk_content_formats_contain_mime_type (formats, "text/uri-list"));
  g_assert_cmpstr (list, ==, "http://localhost:51234/\r\n");

  /* GDK makes each form of plain text of it. */
  g_value_init (&text, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (provider, &text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (g_value_get_string (&text), ==, "http://localhost:51234/");

  /* Within the window it is the server, to move its row. */
  g_value_init (&value, HP_TYPE_SERVER);
  g_assert_true (gdk_content_provider_get_value (provider, &value, &error));
  g_assert_no_error (error);
  g_assert_true (g_value_get_object (&value) == server);

  hp_server_shut_down (server);
  hp_engine_unref (engine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-drag/forms", test_forms);
  return g_test_run ();
}
