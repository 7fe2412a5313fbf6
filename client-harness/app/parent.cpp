#include "app/parent.hpp"

#include <sys/prctl.h>

namespace misproxy::app {

void Parent::watch() const { ::prctl(PR_SET_PDEATHSIG, kSignal); }
void Parent::forget() const { ::prctl(PR_SET_PDEATHSIG, 0); }

}  // namespace misproxy::app
