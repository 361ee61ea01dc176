/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "log/hp-request-record.h"

static const struct
{
  const char *nick;
  const char *words;
} reasons[] = {
  [HP_REASON_NONE] = { "none", N_ ("Nothing is known about this answer") },
  [HP_REASON_SERVED] = { "served", N_ ("File sent") },
  [HP_REASON_PARTIAL] = { "partial", N_ ("Part of the file sent") },
  [HP_REASON_NOT_MODIFIED] = { "not-modified", N_ ("Not changed since it was last sent") },
  [HP_REASON_INDEX] = { "index", N_ ("The folder’s index.html sent") },
  [HP_REASON_LISTING] = { "listing", N_ ("List of the folder’s files sent") },
  [HP_REASON_ADD_SLASH] = { "add-slash",
                            N_ ("Redirected to the folder’s address, which ends in “/”") },
  [HP_REASON_OPTIONS] = { "options", N_ ("Told which methods can be used") },
  [HP_REASON_MISSING] = { "missing", N_ ("File not found") },
  [HP_REASON_CASE_MISMATCH] = { "case-mismatch",
                                N_ ("The name exists, but with other capital letters") },
  [HP_REASON_HIDDEN] = { "hidden", N_ ("Hidden: the name begins with a dot") },
  [HP_REASON_OUTSIDE_FOLDER] = { "outside-folder", N_ ("Leads out of the served folder") },
  [HP_REASON_NOT_A_FILE] = { "not-a-file", N_ ("Not an ordinary file") },
  [HP_REASON_NO_PERMISSION] = { "no-permission", N_ ("Reading this file is not permitted") },
  [HP_REASON_NO_LISTING] = { "no-listing",
                             N_ ("The folder has no index.html, and lists of files are off") },
  [HP_REASON_FOLDER_GONE] = { "folder-gone", N_ ("The served folder is missing") },
  [HP_REASON_RANGE] = { "range", N_ ("The file has no such part") },
  [HP_REASON_PRECONDITION] = { "precondition", N_ ("The file is not the version asked for") },
  [HP_REASON_BAD_TARGET] = { "bad-target", N_ ("The address is not valid") },
  [HP_REASON_BAD_REQUEST] = { "bad-request", N_ ("The request is not valid") },
  [HP_REASON_FOREIGN_HOST] = { "foreign-host",
                               N_ ("Blocked: the name asked for does not mean this computer") },
  [HP_REASON_OTHER_SITE] = { "other-site",
                             N_ ("Blocked: a page of another site wanted to use this") },
  [HP_REASON_OTHER_USER] = { "other-user", N_ ("Blocked: asked for by another user of this "
                                               "computer") },
  [HP_REASON_METHOD] = { "method", N_ ("This method is not supported: files can only be read") },
  [HP_REASON_VERSION] = { "version", N_ ("Asked for in a version of HTTP other than 1.x") },
  [HP_REASON_BODY] = { "body", N_ ("Requests that bring content are not accepted") },
  [HP_REASON_NO_LENGTH] = { "no-length", N_ ("Brings content without saying how long it is") },
  [HP_REASON_CODING] = { "coding", N_ ("Brings content in an unknown transfer coding") },
  [HP_REASON_TOO_LONG] = { "too-long", N_ ("The request is too long") },
  [HP_REASON_TIMEOUT] = { "timeout", N_ ("The client took too long") },
  [HP_REASON_READ_ERROR] = { "read-error",
                             N_ ("The file changed or could not be read while it was sent") },
  [HP_REASON_BUSY] = { "busy", N_ ("Too many connections at the same time") },
  [HP_REASON_INTERNAL] = { "internal", N_ ("Something went wrong in Homeport") },
};

G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == HP_N_REASONS);

static gboolean
is_said (const char *text)
{
  return text != NULL && *text != '\0' && !g_str_equal (text, "-");
}

gboolean
hp_request_record_has_line (const HpRequestRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  return is_said (record->method) || is_said (record->target);
}

const char *
hp_reason_get_nick (HpReason reason)
{
  return reasons[(guint) reason < HP_N_REASONS ? reason : HP_REASON_NONE].nick;
}

HpReason
hp_reason_from_nick (const char *nick)
{
  for (guint i = 0; i < HP_N_REASONS; i++)
    if (g_strcmp0 (nick, reasons[i].nick) == 0)
      return i;
  return HP_REASON_NONE;
}

static const char *const fetch_dests[] = {
  [HP_FETCH_DEST_UNKNOWN] = NULL,        [HP_FETCH_DEST_EMPTY] = "empty",
  [HP_FETCH_DEST_DOCUMENT] = "document", [HP_FETCH_DEST_FRAME] = "frame",
  [HP_FETCH_DEST_STYLE] = "style",       [HP_FETCH_DEST_SCRIPT] = "script",
  [HP_FETCH_DEST_WORKER] = "worker",     [HP_FETCH_DEST_IMAGE] = "image",
  [HP_FETCH_DEST_FONT] = "font",         [HP_FETCH_DEST_MEDIA] = "media",
  [HP_FETCH_DEST_MANIFEST] = "manifest",
};
G_STATIC_ASSERT (G_N_ELEMENTS (fetch_dests) == HP_N_FETCH_DESTS);

const char *
hp_fetch_dest_get_nick (HpFetchDest dest)
{
  return (guint) dest < HP_N_FETCH_DESTS ? fetch_dests[dest] : NULL;
}

HpFetchDest
hp_fetch_dest_from_nick (const char *nick)
{
  for (guint i = 0; nick != NULL && i < HP_N_FETCH_DESTS; i++)
    if (g_strcmp0 (nick, fetch_dests[i]) == 0)
      return i;
  return HP_FETCH_DEST_UNKNOWN;
}

const char *
hp_reason_get_words (HpReason reason)
{
  return _ (reasons[(guint) reason < HP_N_REASONS ? reason : HP_REASON_NONE].words);
}

/* The path in a target of either form: "/a?b" or "http://localhost:62893/a?b". */
static const char *
skip_authority (const char *target)
{
  const char *scheme_end;

  if (*target == '/')
    return target;
  scheme_end = strstr (target, "://");
  if (scheme_end == NULL)
    return target;
  return scheme_end + 3 + strcspn (scheme_end + 3, "/");
}

gboolean
hp_request_target_is_noise (const char *target)
{
  static const char icon[] = "/favicon.ico";
  static const char touch_icon[] = "/apple-touch-icon";
  const char *path;
  gsize length;

  if (target == NULL)
    return FALSE;

  /* Only in the root: a page that names its own assets/favicon.ico means it. */
  path = skip_authority (target);
  length = strcspn (path, "?#");
  if (length == strlen (icon) && memcmp (path, icon, length) == 0)
    return TRUE;
  if (g_str_has_prefix (path, touch_icon))
    {
      const char *rest = path + strlen (touch_icon);

      return (*rest == '.' || *rest == '-') && memchr (path + 1, '/', length - 1) == NULL;
    }
  return g_str_has_prefix (path, "/.well-known/");
}

gboolean
hp_request_record_is_problem (const HpRequestRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  if (record->flags & HP_RECORD_NOISE)
    return FALSE;
  if (record->status >= 400)
    return TRUE;

  /* Cut by us, after the head had left or before there was one. A client that goes away by itself
   * keeps the reason of its answer and is no problem. */
  return record->reason == HP_REASON_TIMEOUT || record->reason == HP_REASON_READ_ERROR
         || record->reason == HP_REASON_BUSY || record->reason == HP_REASON_INTERNAL;
}

gboolean
hp_request_referrer_is_own (const char *referrer, const char *authority)
{
  gsize length;

  if (referrer == NULL || authority == NULL || !g_str_has_prefix (referrer, "http://"))
    return FALSE;
  referrer += strlen ("http://");
  length = strlen (authority);
  return g_ascii_strncasecmp (referrer, authority, length) == 0 && referrer[length] == '/';
}

const char *
hp_request_record_get_short_referrer (const HpRequestRecord *record)
{
  if (record->referrer == NULL || (record->flags & HP_RECORD_OWN_REFERRER) == 0)
    return record->referrer;
  return strchr (record->referrer + strlen ("http://"), '/');
}
