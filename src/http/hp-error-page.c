/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "http/hp-error-page.h"
#include "http/hp-json.h"
#include "http/hp-page.h"
#include "log/hp-log-format.h"

/* Of an address, shown. */
#define MAX_CHARS 200

typedef struct
{
  guint status;
  const char *title;
  const char *what;
  const char *advice; /* nullable */
} Words;

static const Words words[HP_N_REASONS] = {
  [HP_REASON_MISSING] = { 404, N_ ("Not found"),
                          N_ ("There is no file or folder with this name in the served folder."),
                          N_ ("Check the spelling of the address, or of the link that led here.") },
  [HP_REASON_CASE_MISMATCH] = { 404, N_ ("Not found"),
                                N_ ("There is no file or folder with exactly this name. Names are "
                                    "case-sensitive, and this one exists:"),
                                NULL },
  [HP_REASON_HIDDEN] = { 404, N_ ("Hidden"),
                         N_ ("Homeport does not serve names that begin with a dot."),
                         N_ ("Hidden files can be switched on for this folder in Homeport.") },
  [HP_REASON_OUTSIDE_FOLDER] = { 403, N_ ("Outside of the folder"),
                                 N_ ("This is a link that leads out of the served folder, so it is "
                                     "not followed."),
                                 N_ ("Following such links can be switched on for this folder in "
                                     "Homeport.") },
  [HP_REASON_NOT_A_FILE] = { 404, N_ ("Not a file"),
                             N_ ("This is a pipe, a socket or a device. Only files and folders are "
                                 "served."),
                             NULL },
  [HP_REASON_NO_PERMISSION] = { 403, N_ ("No permission"),
                                N_ ("Homeport runs with your rights, and they do not allow reading "
                                    "this."),
                                N_ ("Change the permissions of the file and of the folders above "
                                    "it.") },
  [HP_REASON_NO_LISTING] = { 403, N_ ("No index page"),
                             N_ ("This folder has no index.html, and folder pages are switched "
                                 "off."),
                             NULL },
  [HP_REASON_FOLDER_GONE] = { 503, N_ ("Folder not found"),
                              N_ ("The served folder is not there at the moment."),
                              N_ ("As soon as it is back it is served again. Then reload this "
                                  "page.") },
  [HP_REASON_RANGE] = { 416, N_ ("No such part"),
                        N_ ("The file is too short for the part that was asked for."), NULL },
  [HP_REASON_PRECONDITION] = { 412, N_ ("Condition not met"),
                               N_ ("The file is not in the state that the request asked for."),
                               NULL },
  [HP_REASON_BAD_TARGET] = { 400, N_ ("Not a valid address"),
                             N_ ("The address has something in it that no name can have: “.” or "
                                 "“..” as a name, an encoded slash, or a broken “%” sequence."),
                             NULL },
  [HP_REASON_BAD_REQUEST] = { 400, N_ ("Malformed request"),
                              N_ ("The request does not follow the rules of HTTP."), NULL },
  [HP_REASON_FOREIGN_HOST] = { 421, N_ ("Not served under this name"),
                               N_ ("This server answers only to names that mean this computer: "
                                   "localhost, 127.0.0.1 and [::1]."),
                               N_ ("If a web page led you here, it asked for something that is not "
                                   "its own.") },
  [HP_REASON_OTHER_SITE]
  = { 403, N_ ("Not for other sites"),
      N_ ("A page of another site wanted to load this. Other sites may link to this server, but not "
          "use what it serves."),
      N_ ("This can be switched off for this folder in Homeport.") },
  [HP_REASON_OTHER_USER]
  = { 403, N_ ("Not for other users"),
      N_ ("Homeport serves this folder only to the user who runs it, and this request came from "
          "another user of this computer."),
      NULL },
  [HP_REASON_METHOD] = { 405, N_ ("Method not supported"),
                         N_ ("Homeport only hands out files: it answers GET, HEAD and OPTIONS."),
                         NULL },
  [HP_REASON_VERSION] = { 505, N_ ("Another version of HTTP"),
                          N_ ("Homeport speaks HTTP/1.1 and HTTP/1.0, and this request asked for "
                              "another version."),
                          NULL },
  [HP_REASON_BODY] = { 413, N_ ("No uploads"),
                       N_ ("Homeport only hands out files: requests with a body are not accepted."),
                       NULL },
  [HP_REASON_NO_LENGTH] = { 411, N_ ("No uploads"),
                            N_ ("This request brings a body without saying how long it is. "
                                "Homeport only hands out files: requests with a body are not "
                                "accepted."),
                            NULL },
  [HP_REASON_CODING] = { 501, N_ ("No uploads"),
                         N_ ("This request brings a body in a transfer coding that Homeport does "
                             "not know. Homeport only hands out files: requests with a body are "
                             "not accepted."),
                         NULL },
  [HP_REASON_TOO_LONG] = { 431, N_ ("Request too long"),
                           N_ ("The address or the fields of the request are longer than Homeport "
                               "accepts."),
                           N_ ("Large cookies of other sites on localhost can be the cause.") },
  [HP_REASON_TIMEOUT] = { 408, N_ ("Request timed out"), N_ ("The request did not arrive in time."),
                          NULL },
  [HP_REASON_READ_ERROR] = { 500, N_ ("Cannot be read"), N_ ("The disk reported an error."), NULL },
  [HP_REASON_BUSY] = { 503, N_ ("Too busy"),
                       N_ ("Too many files or connections are open right now."),
                       N_ ("Try again in a moment.") },
};

static const Words unknown = { 500, N_ ("Something went wrong"),
                               N_ ("Homeport could not answer this request."), NULL };

static void
append_paragraph (GString *out, const char *text)
{
  g_string_append (out, "<p>");
  hp_page_append_text (out, text);
  g_string_append (out, "</p>\n");
}

static void
append_path (GString *out, const char *path)
{
  g_autofree char *whole = g_strconcat ("/", path, NULL);
  g_autofree char *shown = hp_log_format_visible (whole, MAX_CHARS);

  g_string_append (out, "<p><code><bdi>");
  hp_page_append_text (out, shown);
  g_string_append (out, "</bdi></code></p>\n");
}

static void
append_other_path (GString *out, const char *path)
{
  g_autofree char *whole = g_strconcat ("/", path, NULL);
  g_autofree char *shown = hp_log_format_visible (whole, MAX_CHARS);

  g_string_append (out, "<p><code>");
  hp_page_append_link (out, path, shown);
  g_string_append (out, "</code></p>\n");
}

/* A way out for whoever may look around here. */
static void
append_start_link (GString *out)
{
  g_string_append (out, "<p>");
  /* Translators: a link to the page at "/" of this server. */
  hp_page_append_link (out, "/", _ ("Go to the start page"));
  g_string_append (out, "</p>\n");
}

static const Words *
get_words (HpReason reason)
{
  return reason < HP_N_REASONS && words[reason].title != NULL ? &words[reason] : &unknown;
}

guint
hp_error_page_get_status (HpReason reason)
{
  return get_words (reason)->status;
}

GBytes *
hp_error_page_new (guint status, HpReason reason, const char *path, const char *other_path)
{
  const Words *said = get_words (reason);
  g_autoptr (GString) title = g_string_new (NULL);
  GString *out = g_string_sized_new (8192);

  hp_page_append_text (title, _ (said->title));
  hp_page_begin (out, title->str);
  g_string_append_printf (
      out, "<div class=\"card pad error\">\n<p class=\"status\">%u</p>\n<h1>%s</h1>\n", status,
      title->str);
  if (path != NULL)
    append_path (out, path);
  append_paragraph (out, _ (said->what));
  if (other_path != NULL)
    append_other_path (out, other_path);
  if (said->advice != NULL)
    append_paragraph (out, _ (said->advice));
  if (path != NULL && path[0] != '\0' && reason != HP_REASON_FOLDER_GONE)
    append_start_link (out);
  g_string_append (out, "</div>\n");

  return hp_page_end (out);
}

GBytes *
hp_error_page_new_json (guint status, HpReason reason)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"status\":%u,\"reason\":\"%s\",\"message\":", status,
                          hp_reason_get_nick (reason));
  hp_json_append_string (out, _ (get_words (reason)->what));
  g_string_append (out, "}\n");

  return g_string_free_to_bytes (out);
}
