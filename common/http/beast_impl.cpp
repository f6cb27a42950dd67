// Beast's own code, compiled once (separate-compilation mode).
#include <boost/beast/src.hpp>
