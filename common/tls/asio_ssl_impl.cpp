// Asio's TLS code, compiled once (separate-compilation mode).
#include <boost/asio/ssl/impl/src.hpp>
