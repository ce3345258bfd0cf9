#include "character_traits.h"

#include "character_traits_table.inc"
