"""The pure middle: octets, signing, catalogue, guard, redaction, diagnosis. Opens nothing, awaits nothing."""
