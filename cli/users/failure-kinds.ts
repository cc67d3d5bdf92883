/** Whether a code says that the role of the worker lacks a permission. Pure. */
export const isDenied = (code: string): boolean => /AccessDenied|NotAuthorized|Unauthorized|Forbidden/.test(code);

/** Whether a code says that AWS is asked too often. Pure. */
export const isThrottled = (code: string): boolean => /Throttl|TooManyRequests|rate-limit/.test(code);
