/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-request-head.h"

/* Every rule here closes a door that libsoup 3.2 leaves open: it takes bare LF, folded lines,
 * spaces before the colon, two lengths or two hosts, and reads a refused body as the next request.
 * So it is stricter than RFC 9112 asks for, and libsoup never sees what the client wrote. */

typedef struct
{
  guint n_hosts;
  guint n_lengths;
  gboolean has_length;     /* a Content-Length other than 0 */
  gboolean has_codings;    /* Transfer-Encoding */
  gboolean is_chunked;     /* the last coding so far is "chunked" */
  gboolean unknown_coding; /* one other than "chunked" */
  gboolean broken_codings; /* no list, or "chunked" isn't its end */
} Framing;

#define NAME(text)                                                                                 \
  {                                                                                                \
    text, sizeof text - 1                                                                          \
  }

static const struct
{
  const char *text;
  gsize length;
} field_names[HP_N_FIELDS] = {
  [HP_FIELD_HOST] = NAME ("Host"),
  [HP_FIELD_CONNECTION] = NAME ("Connection"),
  [HP_FIELD_RANGE] = NAME ("Range"),
  [HP_FIELD_IF_RANGE] = NAME ("If-Range"),
  [HP_FIELD_IF_MATCH] = NAME ("If-Match"),
  [HP_FIELD_IF_NONE_MATCH] = NAME ("If-None-Match"),
  [HP_FIELD_IF_MODIFIED_SINCE] = NAME ("If-Modified-Since"),
  [HP_FIELD_IF_UNMODIFIED_SINCE] = NAME ("If-Unmodified-Since"),
  [HP_FIELD_ACCEPT] = NAME ("Accept"),
  [HP_FIELD_SEC_FETCH_SITE] = NAME ("Sec-Fetch-Site"),
  [HP_FIELD_SEC_FETCH_MODE] = NAME ("Sec-Fetch-Mode"),
  [HP_FIELD_SEC_FETCH_DEST] = NAME ("Sec-Fetch-Dest"),
  [HP_FIELD_REFERER] = NAME ("Referer"),
  [HP_FIELD_USER_AGENT] = NAME ("User-Agent"),
  [HP_FIELD_REPEAT] = NAME ("X-Homeport-Repeat"),
};

/* RFC 9110, 5.6.2 */
static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static gsize
token_length (const char *text, gsize length)
{
  gsize n = 0;

  while (n < length && is_token_char (text[n]))
    n++;

  return n;
}

static gboolean
is_control (char c)
{
  return (guchar) c < 0x20 || c == 0x7f;
}

/* Keeps a copy of the head with the method and the target cut out, as far as they can be made out;
 * a refused request goes into the log as well. Returns what follows the target. */
static char *
keep (HpRequestHead *self, const char *data, gsize length)
{
  gsize method, target, end;
  char *text;

  text = self->text = g_strndup (data + self->start, length - self->start);
  length = strlen (text);

  method = token_length (text, length);
  if (method == 0 || method > HP_HEAD_MAX_METHOD || text[method] != ' ')
    return NULL;

  target = end = method + 1;
  while (end < length && end - target < HP_HEAD_MAX_LINE && text[end] != ' ' && text[end] != '\r'
         && text[end] != '\n')
    end++;

  text[method] = '\0';
  self->method = text;
  if (end == target)
    return NULL;

  self->target = text + target;
  if (text[end] != ' ')
    {
      text[end] = '\0';
      return NULL;
    }
  text[end] = '\0';

  return text + end + 1;
}

static HpHeadState
refuse (HpRequestHead *self, const char *data, gsize length, HpReason reason)
{
  if (self->text == NULL)
    keep (self, data, MIN (length, self->start + 2 * HP_HEAD_MAX_LINE));
  self->refusal = reason;
  self->length = length;
  self->keep_alive = FALSE;

  return HP_HEAD_REFUSED;
}

/* Something else than HTTP, such as the hello of TLS, has no line end to wait for. */
static gboolean
begins_badly (const HpRequestHead *self, const char *data, gsize length)
{
  return self->n_lines == 0 && self->line < length && data[self->line] != '\r'
         && !is_token_char (data[self->line]);
}

/* METHOD SP target SP HTTP/1.x, one space each; line is without its CRLF. */
static HpReason
check_request_line (HpRequestHead *self, const char *line, gsize length)
{
  const char *end = line + length;
  const char *target, *version, *c;
  gsize method = token_length (line, length);

  if (method == 0 || method == length || line[method] != ' ')
    return HP_REASON_BAD_REQUEST;

  target = line + method + 1;
  version = memchr (target, ' ', end - target);
  if (version == NULL || version == target)
    return HP_REASON_BAD_REQUEST;

  for (c = target; c < version; c++)
    if (is_control (*c))
      return HP_REASON_BAD_REQUEST;

  version++;
  if (end - version != 8 || memcmp (version, "HTTP/", 5) != 0 || !g_ascii_isdigit (version[5])
      || version[6] != '.' || !g_ascii_isdigit (version[7]))
    return HP_REASON_BAD_REQUEST;
  if (version[5] != '1')
    return HP_REASON_VERSION;

  self->minor_version = version[7] - '0';

  /* RFC 9112, 3: longer than any method there is. */
  return method > HP_HEAD_MAX_METHOD ? HP_REASON_METHOD : HP_REASON_NONE;
}

/* RFC 9110, 5.6.1: whether a comma-separated list has this token. */
static gboolean
list_has (const char *list, const char *token)
{
  gsize length = strlen (token);

  while (list != NULL && *list != '\0')
    {
      gsize n;

      list += strspn (list, " \t,");
      n = strcspn (list, " \t,");
      if (n == length && g_ascii_strncasecmp (list, token, n) == 0)
        return TRUE;
      list += n;
    }

  return FALSE;
}

static void
add_field (HpRequestHead *self, HpField field, const char *value)
{
  char *joined;

  if (self->fields[field] == NULL)
    {
      self->fields[field] = value;
      return;
    }

  joined = g_strconcat (self->fields[field], ", ", value, NULL);
  g_free (self->joined[field]);
  self->fields[field] = self->joined[field] = joined;
}

/* Content-Length: anything but digits is no length at all. */
static gboolean
count_length (Framing *framing, const char *value)
{
  if (*value == '\0' || strspn (value, "0123456789") != strlen (value))
    return FALSE;

  framing->n_lengths++;
  framing->has_length = strcmp (value, "0") != 0;

  return TRUE;
}

/* Transfer-Encoding: what comes after "chunked" makes the end of the body anyone's guess. */
static void
count_codings (Framing *framing, const char *value)
{
  const gsize chunked = strlen ("chunked");

  framing->has_codings = TRUE;
  while (*(value += strspn (value, " \t,")) != '\0')
    {
      gsize length = strcspn (value, ",");
      gsize name = token_length (value, length);

      framing->broken_codings |= framing->is_chunked || name == 0;
      framing->is_chunked = name == chunked && g_ascii_strncasecmp (value, "chunked", name) == 0;
      if (!framing->is_chunked)
        framing->unknown_coding = TRUE;
      else if (strspn (value + name, " \t") != length - name)
        framing->broken_codings = TRUE; /* it has no parameters (RFC 9112, 7.1) */
      value += length;
    }
}

/* One field line, ended by NUL in place of its CR. FALSE when it breaks RFC 9112, 5. */
static gboolean
parse_field (HpRequestHead *self, char *line, gsize length, Framing *framing)
{
  gsize name = token_length (line, length);
  char *value, *end, *c;

  /* Also catches folded lines and space before the colon. */
  if (name == 0 || name == length || line[name] != ':')
    return FALSE;

  value = line + name + 1;
  end = line + length;
  for (c = value; c < end; c++)
    if (is_control (*c) && *c != '\t')
      return FALSE;

  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  *end = '\0';
  line[name] = '\0';

  if (g_ascii_strcasecmp (line, "Content-Length") == 0)
    return count_length (framing, value);

  if (g_ascii_strcasecmp (line, "Transfer-Encoding") == 0)
    {
      count_codings (framing, value);
      return TRUE;
    }

  for (guint i = 0; i < HP_N_FIELDS; i++)
    if (name == field_names[i].length && g_ascii_strcasecmp (line, field_names[i].text) == 0)
      {
        if (i == HP_FIELD_HOST)
          framing->n_hosts++;
        add_field (self, i, value);
        break;
      }

  return TRUE;
}

/* RFC 9112, 6.1: HTTP/1.0 has no transfer codings, so there the framing is faulty. */
static HpReason
judge_codings (const HpRequestHead *self, const Framing *framing)
{
  if (self->minor_version == 0 || framing->broken_codings)
    return HP_REASON_BAD_REQUEST;
  if (framing->unknown_coding)
    return HP_REASON_CODING;

  return framing->is_chunked ? HP_REASON_NO_LENGTH : HP_REASON_BAD_REQUEST;
}

/* A file server has no use for a body, and one that isn't read would be taken for the next request.
 * A length that could mean two things is an attack. */
static HpReason
judge_framing (HpRequestHead *self, const Framing *framing)
{
  if (framing->n_lengths > 1 || (framing->n_lengths == 1 && framing->has_codings))
    return HP_REASON_BAD_REQUEST;
  if (framing->n_hosts > 1 || (framing->n_hosts == 0 && self->minor_version > 0))
    return HP_REASON_BAD_REQUEST;
  if (framing->has_codings)
    return judge_codings (self, framing);

  return framing->has_length ? HP_REASON_BODY : HP_REASON_NONE;
}

/* The whole head is there, every line ends in CRLF. */
static HpHeadState
parse (HpRequestHead *self, const char *data, gsize length)
{
  Framing framing = { 0 };
  HpReason reason;
  char *line, *end;
  const char *connection;

  if (memchr (data + self->start, '\0', length - self->start) != NULL)
    return refuse (self, data, length, HP_REASON_BAD_REQUEST);

  end = keep (self, data, length);
  g_assert (end != NULL); /* the request line has been checked */

  line = strchr (end, '\n') + 1;
  while (line[0] != '\r' || line[1] != '\n')
    {
      end = strchr (line, '\n');
      if (!parse_field (self, line, end - 1 - line, &framing))
        return refuse (self, data, length, HP_REASON_BAD_REQUEST);
      line = end + 1;
    }

  reason = judge_framing (self, &framing);
  if (reason != HP_REASON_NONE)
    return refuse (self, data, length, reason);

  connection = self->fields[HP_FIELD_CONNECTION];
  self->keep_alive = !list_has (connection, "close")
                     && (self->minor_version > 0 || list_has (connection, "keep-alive"));
  self->length = length;

  return HP_HEAD_COMPLETE;
}

/* A line that ends with the LF at `end`. What is wrong is looked for in the order in which its
 * bytes come, so that the verdict doesn't depend on how many arrived together. */
static HpHeadState
take_line (HpRequestHead *self, const char *data, gsize end)
{
  gsize length = end - self->line;
  HpReason reason = HP_REASON_NONE;

  if (begins_badly (self, data, end))
    return refuse (self, data, end + 1, HP_REASON_BAD_REQUEST);
  if (length > HP_HEAD_MAX_LINE + 1)
    return refuse (self, data, end + 1, HP_REASON_TOO_LONG);
  if (length == 0 || data[end - 1] != '\r')
    return refuse (self, data, end + 1, HP_REASON_BAD_REQUEST);

  length--;

  if (length == 0 && self->n_lines > 0)
    return parse (self, data, end + 1);

  if (length == 0)
    {
      /* RFC 9112, 2.2: empty lines before the request line are skipped. */
      self->start = end + 1;
      return HP_HEAD_INCOMPLETE;
    }

  if (self->n_lines == 0)
    reason = check_request_line (self, data + self->line, length);
  if (reason != HP_REASON_NONE)
    return refuse (self, data, end + 1, reason);

  if (self->n_lines++ > HP_HEAD_MAX_FIELDS)
    return refuse (self, data, end + 1, HP_REASON_TOO_LONG);

  return HP_HEAD_INCOMPLETE;
}

HpHeadState
hp_request_head_scan (HpRequestHead *self, const char *data, gsize length)
{
  const char *end;

  while (self->checked < length
         && (end = memchr (data + self->checked, '\n', length - self->checked)) != NULL)
    {
      HpHeadState state;

      if ((gsize) (end - data) >= HP_HEAD_MAX_SIZE)
        return refuse (self, data, length, HP_REASON_TOO_LONG);

      state = take_line (self, data, end - data);
      if (state != HP_HEAD_INCOMPLETE)
        return state;

      self->line = self->checked = end - data + 1;
    }

  self->checked = length;

  if (self->line < HP_HEAD_MAX_SIZE - 1 && begins_badly (self, data, length))
    return refuse (self, data, length, HP_REASON_BAD_REQUEST);
  if (length - self->line > HP_HEAD_MAX_LINE + 1 || length >= HP_HEAD_MAX_SIZE)
    return refuse (self, data, length, HP_REASON_TOO_LONG);

  return HP_HEAD_INCOMPLETE;
}

void
hp_request_head_clear (HpRequestHead *self)
{
  for (guint i = 0; i < HP_N_FIELDS; i++)
    g_free (self->joined[i]);
  g_free (self->text);
  memset (self, 0, sizeof *self);
}
