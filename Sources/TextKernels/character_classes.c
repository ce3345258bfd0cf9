#include "character_classes.h"

#include "character_classes_table.inc"
