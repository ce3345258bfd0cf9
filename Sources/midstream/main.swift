import MidstreamCommands

Midstream.start()
