#include "app/parent.hpp"

#include <sys/prctl.h>

namespace misproxy::app {

void Parent::watch() const { ::prctl(PR_SET_PDEATHSIG, kSignal); }

}  // namespace misproxy::app
