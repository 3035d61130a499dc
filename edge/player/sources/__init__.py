"""What moves on a screen, behind one interface (`edge.player.source`): each asks a worker for its pictures."""
