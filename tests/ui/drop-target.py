# SPDX-License-Identifier: GPL-3.0-or-later
"""A window to drop an address on: prints its X window, and what was dropped as a list and as text."""

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("GdkX11", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GdkX11, GLib, Gtk  # noqa: E402

Gtk.init()
window = Gtk.Window(title="Drop Target", default_width=80, default_height=80, decorated=False)
window.set_child(Gtk.Label(label="Drop here"))
target = Gtk.DropTargetAsync(actions=Gdk.DragAction.COPY,
                             formats=Gdk.ContentFormats.new(["text/uri-list", "text/plain;charset=utf-8"]))


def dropped(_target, drop, _x, _y):
    def got_files(_drop, result):
        for file in drop.read_value_finish(result).get_files():
            print("uri-list", file.get_uri(), flush=True)
        drop.read_value_async(str, GLib.PRIORITY_DEFAULT, None, got_text)

    def got_text(_drop, result):
        print("text", drop.read_value_finish(result), flush=True)
        drop.finish(Gdk.DragAction.COPY)

    drop.read_value_async(Gdk.FileList, GLib.PRIORITY_DEFAULT, None, got_files)
    return True


target.connect("drop", dropped)
window.add_controller(target)
window.present()


def tell():
    print(GdkX11.X11Surface.get_xid(window.get_surface()), flush=True)


GLib.timeout_add(300, tell)
GLib.MainLoop().run()
