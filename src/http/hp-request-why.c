/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "http/hp-request-why.h"
#include "http/hp-target.h"
#include "log/hp-log-format.h"

/* Characters of a name in a sentence. */
#define MAX_NAME 200

/* One request that is being explained. */
typedef struct
{
  const HpRequestRecord *record;
  HpServerOptions *options;  /* nullable */
  const HpRequestLook *look; /* nullable */
  HpRequestWhy *why;

  char *path; /* as asked for, below the folder, made visible */
} Case;

static const struct
{
  HpServerOption option;
  gboolean value; /* the one that helps */
  const char *button;
  const char *done; /* when it is already so */
} ways_out[] = {
  { HP_OPTION_SERVE_HIDDEN, TRUE, N_ ("Serve Hidden Files"),
    N_ ("Hidden files are served now: it will work the next time.") },
  { HP_OPTION_FOLLOW_LINKS, TRUE, N_ ("Follow Links out of the Folder"),
    N_ ("Links out of the folder are followed now: it will work the next time.") },
  { HP_OPTION_LIST_FOLDERS, TRUE, N_ ("List Folder Contents"),
    N_ ("Lists of files are on now: it will work the next time.") },
  { HP_OPTION_ONLY_ME, FALSE, N_ ("Allow Other Users"),
    N_ ("Other users are allowed now: it will work the next time.") },
  { HP_OPTION_REFUSE_OTHER_SITES, FALSE, N_ ("Allow Other Sites"),
    N_ ("Other sites are allowed now: it will work the next time.") },
};

/* A sentence about one name from outside. */
static char *
say_name (const char *format_for_people, const char *name)
{
  g_autofree char *shown = hp_log_format_visible (name, MAX_NAME);
  g_autoptr (GString) text = g_string_new (format_for_people);

  g_string_replace (text, "%s", shown, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
offer_option (Case *self, HpServerOption option)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways_out); i++)
    {
      if (ways_out[i].option != option || self->options == NULL)
        continue;
      if (hp_server_options_get (self->options, option) == ways_out[i].value)
        {
          self->why->advice = g_strdup (_ (ways_out[i].done));
          return;
        }
      self->why->button = g_strdup (_ (ways_out[i].button));
      self->why->option = option;
      self->why->option_value = ways_out[i].value;
    }
}

char *
hp_request_fields_dup (const char *fields, const char *name)
{
  gsize length = strlen (name);

  for (const char *line = fields; line != NULL && *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');

      if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
        {
          char *value = g_strndup (line + length + 1, end - line - length - 1);

          return g_strstrip (value);
        }
      line = *end != '\0' ? end + 1 : end;
    }
  return NULL;
}

/* --- answered --- */

static char *
say_file (Case *self, const char *known, const char *unknown)
{
  return self->record->file != NULL ? say_name (known, self->record->file) : g_strdup (unknown);
}

static char *
say_part (Case *self)
{
  g_autofree char *range = hp_request_fields_dup (self->record->response_fields, "Content-Range");

  return range != NULL
             /* Translators: %s is what the answer says of the part: “bytes 0-99/1234”. */
             ? say_name (_ ("Only a part of the file was asked for, and sent: %s."), range)
             : g_strdup (_ ("Only a part of the file was asked for, and sent."));
}

static char *
say_answered (Case *self)
{
  switch ((HpReason) self->record->reason)
    {
    case HP_REASON_SERVED:
      return say_file (self, _ ("The file “%s” is what was asked for."),
                       _ ("The file is what was asked for."));
    case HP_REASON_PARTIAL:
      return say_part (self);
    case HP_REASON_NOT_MODIFIED:
      return g_strdup (_ ("The client has this file already, and it has not changed since: nothing "
                          "had to be sent again."));
    case HP_REASON_INDEX:
      return say_file (self, _ ("A folder was asked for, and “%s” stands for it."),
                       _ ("A folder was asked for, and its index.html stands for it."));
    case HP_REASON_LISTING:
      return g_strdup (_ ("The folder has no index.html, so the list of its files was sent."));
    case HP_REASON_ADD_SLASH:
      return g_strdup (
          _ ("This is a folder, and its address ends in “/”. The client was redirected to it, "
             "so that links in the page lead to the right place."));
    case HP_REASON_OPTIONS:
      return g_strdup (_ ("The client wanted to know which methods it can use, and was told."));
    default:
      return NULL;
    }
}

/* --- refused, because of what was asked for --- */

/* The page that has the wrong link; NULL when it is none of ours. */
static const char *
get_page (Case *self)
{
  return (self->record->flags & HP_RECORD_OWN_REFERRER) != 0
             ? hp_request_record_get_short_referrer (self->record)
             : NULL;
}

static void
advise_on_link (Case *self)
{
  const char *page = get_page (self);

  if (self->look != NULL && self->look->reason == HP_REASON_NONE)
    self->why->advice = g_strdup (_ ("It is there now: it will work the next time."));
  else if (page != NULL)
    self->why->advice = say_name (_ ("The page %s asked for it: its link is where to look."), page);
  else
    self->why->advice = g_strdup (_ ("Check the spelling of the address, or of the link that led "
                                     "there."));
}

static void
explain_other_case (Case *self)
{
  const char *other = self->look != NULL ? self->look->other_path : NULL;
  g_autoptr (GString) target = NULL;

  if (other == NULL)
    {
      self->why->sentence = g_strdup (_ ("The name exists with other capital letters — names are "
                                         "case-sensitive."));
      advise_on_link (self);
      return;
    }

  self->why->sentence = say_name (_ ("“%s” exists — names are case-sensitive."), other);
  if (get_page (self) != NULL)
    advise_on_link (self);
  target = g_string_new ("/");
  hp_target_append_encoded (target, other);
  self->why->other_target = g_string_free (g_steal_pointer (&target), FALSE);
  self->why->button = g_strdup (_ ("Open What Exists"));
}

static void
explain_missing (Case *self)
{
  /* It may have come since. */
  if (self->look != NULL && self->look->other_path != NULL)
    {
      explain_other_case (self);
      return;
    }
  self->why->sentence = self->path != NULL
                            ? say_name (_ ("There is no file or folder “%s” in the served folder."),
                                        self->path)
                            : g_strdup (_ ("There is no such file or folder in the served "
                                           "folder."));
  advise_on_link (self);
}

static gboolean
explain_target (Case *self)
{
  HpRequestWhy *why = self->why;

  switch ((HpReason) self->record->reason)
    {
    case HP_REASON_MISSING:
      explain_missing (self);
      return TRUE;
    case HP_REASON_CASE_MISMATCH:
      explain_other_case (self);
      return TRUE;
    case HP_REASON_HIDDEN:
      why->sentence = g_strdup (_ ("A hidden file: Homeport does not serve names that begin with a "
                                   "dot."));
      offer_option (self, HP_OPTION_SERVE_HIDDEN);
      return TRUE;
    case HP_REASON_OUTSIDE_FOLDER:
      why->sentence = g_strdup (_ ("This leads out of the served folder, so it is not followed."));
      offer_option (self, HP_OPTION_FOLLOW_LINKS);
      return TRUE;
    case HP_REASON_NO_LISTING:
      why->sentence = g_strdup (_ ("The folder has no index.html, and lists of files are switched "
                                   "off."));
      offer_option (self, HP_OPTION_LIST_FOLDERS);
      return TRUE;
    case HP_REASON_NOT_A_FILE:
      why->sentence = g_strdup (_ ("This is neither a file nor a folder, but a device, a pipe or a "
                                   "socket. Only files are served."));
      return TRUE;
    case HP_REASON_NO_PERMISSION:
      why->sentence = g_strdup (_ ("The file is there, but you are not permitted to read it."));
      why->advice = g_strdup (_ ("Change its permissions in the file manager, and those of the "
                                 "folders on the way to it."));
      return TRUE;
    case HP_REASON_FOLDER_GONE:
      why->sentence = g_strdup (_ ("The served folder itself was missing."));
      why->advice = g_strdup (_ ("It may have been moved, renamed, or be on a disk that is not "
                                 "connected. As soon as it is back, it is served again."));
      return TRUE;
    case HP_REASON_RANGE:
      why->sentence = g_strdup (_ (
          "The client asked for a part beyond the end of the file. It may have become shorter."));
      return TRUE;
    case HP_REASON_PRECONDITION:
      why->sentence = g_strdup (
          _ ("The client asked for a certain version of the file, and the file "
             "is another one now."));
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- refused, because of how it was asked --- */

static void
explain_host (Case *self)
{
  g_autofree char *host = hp_request_fields_dup (self->record->request_fields, "Host");

  self->why->sentence = host != NULL
                            ? say_name (_ ("Asked as “%s”: blocked. Only localhost, 127.0.0.1 and "
                                           "[::1] mean this computer."),
                                        host)
                            : g_strdup (_ ("Asked under a name that does not mean this computer: "
                                           "blocked."));
  self->why->advice = g_strdup (_ ("A web page can make its own name lead here, to read what is "
                                   "not its own. Use the address that Homeport shows."));
}

static void
explain_site (Case *self)
{
  g_autofree char *origin = hp_request_fields_dup (self->record->request_fields, "Origin");
  const char *site = origin != NULL ? origin : self->record->referrer;

  self->why->sentence = site != NULL && g_strcmp0 (site, "null") != 0
                            ? say_name (_ ("A page of another site, %s, wanted to use this, and "
                                           "other sites are refused."),
                                        site)
                            : g_strdup (_ ("A page of another site wanted to use this, and other "
                                           "sites are refused."));
  offer_option (self, HP_OPTION_REFUSE_OTHER_SITES);
}

/* The client of such a record is "ada@127.0.0.1". */
static void
explain_user (Case *self)
{
  const char *client = self->record->client;
  const char *at = client != NULL ? strchr (client, '@') : NULL;
  g_autofree char *user = at != NULL ? g_strndup (client, at - client) : NULL;

  self->why->sentence = user != NULL
                            /* Translators: %s is the name of a user of this computer. */
                            ? say_name (_ ("Blocked: a program of user %s. Homeport serves only "
                                           "you."),
                                        user)
                            : g_strdup (_ ("The request came from a program of another user of "
                                           "this computer. Homeport serves only you."));
  offer_option (self, HP_OPTION_ONLY_ME);
}

static gboolean
explain_manner (Case *self)
{
  HpRequestWhy *why = self->why;

  switch ((HpReason) self->record->reason)
    {
    case HP_REASON_BAD_TARGET:
      why->sentence = g_strdup (_ ("The address has something in it that no name can have: “.” or "
                                   "“..” as a name, an encoded slash, or a broken “%” sequence."));
      return TRUE;
    case HP_REASON_BAD_REQUEST:
      why->sentence = g_strdup (
          _ ("The request does not follow the rules of HTTP, so nobody can say "
             "what it means."));
      why->advice = g_strdup (_ ("The program that sent it has a fault, or it does not speak HTTP: "
                                 "an address with https:// leads to this as well."));
      return TRUE;
    case HP_REASON_FOREIGN_HOST:
      explain_host (self);
      return TRUE;
    case HP_REASON_OTHER_SITE:
      explain_site (self);
      return TRUE;
    case HP_REASON_OTHER_USER:
      explain_user (self);
      return TRUE;
    case HP_REASON_METHOD:
      why->sentence = say_name (_ ("The method %s is not supported: Homeport only hands out files, "
                                   "and answers GET, HEAD and OPTIONS."),
                                self->record->method);
      return TRUE;
    case HP_REASON_VERSION:
      why->sentence = g_strdup (_ ("The request asked for a version of HTTP that Homeport does not "
                                   "speak. It speaks HTTP/1.1 and HTTP/1.0."));
      return TRUE;
    case HP_REASON_BODY:
      why->sentence = g_strdup (_ ("The request brought content, and Homeport only hands out "
                                   "files."));
      return TRUE;
    case HP_REASON_NO_LENGTH:
      why->sentence = g_strdup (_ ("The request brought content without saying how long it is, and "
                                   "Homeport only hands out files."));
      return TRUE;
    case HP_REASON_CODING:
      why->sentence = g_strdup (_ ("The request brought content in a transfer coding that Homeport "
                                   "does not know, and Homeport only hands out files."));
      return TRUE;
    case HP_REASON_TOO_LONG:
      why->sentence = g_strdup (_ ("The address or the fields of the request are longer than "
                                   "Homeport accepts."));
      why->advice = g_strdup (_ ("Large cookies of other sites on localhost can be the cause: "
                                 "delete them in the browser."));
      return TRUE;
    case HP_REASON_TIMEOUT:
      why->sentence = g_strdup (_ ("The client took too long, so the connection was closed."));
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- trouble on our side --- */

static void
explain_trouble (Case *self)
{
  HpRequestWhy *why = self->why;

  switch ((HpReason) self->record->reason)
    {
    case HP_REASON_READ_ERROR:
      why->sentence = g_strdup (
          _ ("The file was changed while it was sent, or the disk reported an "
             "error."));
      why->advice = g_strdup (_ ("If a program was just writing it, ask for it again."));
      break;
    case HP_REASON_BUSY:
      why->sentence = g_strdup (_ ("Too many files or connections were open at the same time."));
      why->advice = g_strdup (_ ("Try again in a moment."));
      break;
    case HP_REASON_INTERNAL:
      why->sentence = g_strdup (
          _ ("Something went wrong in Homeport itself. That is a fault of the "
             "program, not of your files."));
      break;
    default:
      why->sentence = (self->record->flags & HP_RECORD_ABORTED) != 0
                          ? g_strdup (_ ("The client went away before there was an answer."))
                          : g_strdup (_ ("Nothing is known about this answer."));
      break;
    }
}

/* Who went away. Where we cut the connection ourselves, the reason says so. */
static void
add_end (Case *self)
{
  const HpRequestRecord *record = self->record;

  if ((record->flags & HP_RECORD_ABORTED) == 0 || record->reason == HP_REASON_NONE
      || record->reason == HP_REASON_TIMEOUT || record->reason == HP_REASON_READ_ERROR
      || self->why->advice != NULL)
    return;
  self->why->advice = g_strdup (record->status == 0
                                    ? _ ("The client went away before any of it was sent.")
                                    : _ ("The client went away before all of it was sent."));
}

static char *
dup_path (const char *raw)
{
  g_auto (HpTarget) target = { 0 };

  if (hp_target_parse (&target, raw) != HP_REASON_NONE || target.path == NULL)
    return NULL;
  return g_strdup (target.path);
}

HpRequestWhy *
hp_request_why_new (const HpRequestRecord *record,
                    HpServerOptions *options,
                    const HpRequestLook *look)
{
  HpRequestWhy *why = g_new0 (HpRequestWhy, 1);
  Case self = { record, options, look, why, dup_path (record->target) };

  why->option = HP_N_OPTIONS;
  why->sentence = say_answered (&self);
  if (why->sentence == NULL && !explain_target (&self) && !explain_manner (&self))
    explain_trouble (&self);
  add_end (&self);
  g_free (self.path);

  return why;
}

void
hp_request_why_free (HpRequestWhy *self)
{
  g_free (self->sentence);
  g_free (self->advice);
  g_free (self->button);
  g_free (self->other_target);
  g_free (self);
}
