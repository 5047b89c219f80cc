"""The Python validator fhir.resources 8.3, for R4B: each line {"resource"} gets {"fhir.resources": [...]}, its errors.

It refuses unknown fields and wrong forms of dates, numbers and ids; it knows no value sets and looks up no reference.
"""

import json
import sys

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError


def errors(resource):
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as wrong:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
    except (KeyError, ImportError, AttributeError) as unknown:
        return [f"{type(unknown).__name__}: {unknown}"]
    return []


for line in sys.stdin:
    print(json.dumps({"fhir.resources": errors(json.loads(line)["resource"])}), flush=True)
