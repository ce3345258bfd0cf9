#include "sentence_classes.h"

#include "sentence_classes_table.inc"
