package three

// static int three(void) { return 3; }
import "C"

func Three() int { return int(C.three()) }
