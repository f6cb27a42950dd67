// Guard: access control for all requests. Pure; runs before any route.
#pragma once

#include "controller/rest/handler.hpp"

namespace flowyard::controller::rest {

// What becomes of a request, by its head alone. On TCP the Host header must be one of ours (see ApiOptions; a
// page of another site may have its own name resolve to this machine), a foreign Origin may not write
// (browsers send credentials along), and a request bears a token: the one of ApiOptions, or one of the
// service's, of which a read-only one may not write. Without one may be asked whether the controller lives
// (/healthz, /readyz) and, by this machine, for its metrics and for the document that describes the face. The
// unix socket needs no token: its file mode is the access control.
http::Admission admission(const service::Service& service, const ApiOptions& options,
                          const http::Request& head);

}  // namespace flowyard::controller::rest
