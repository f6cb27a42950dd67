// Asio's own code, compiled once (separate-compilation mode).
#include <boost/asio/impl/src.hpp>
